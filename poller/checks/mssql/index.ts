import type { Check } from "../../judge/check.ts";
import { mssqlBackup } from "../mssql_backup.ts";
import { mssqlBlockedSessions } from "../mssql_blocked_sessions.ts";
import { mssqlCluster } from "../mssql_cluster.ts";
import { mssqlConnections } from "../mssql_connections.ts";
import { mssqlCounters } from "../mssql_counters.ts";
import { mssqlDatabases } from "../mssql_databases.ts";
import { mssqlDatafiles } from "../mssql_datafiles.ts";
import { mssqlInstance } from "../mssql_instance.ts";
import { mssqlJobs } from "../mssql_jobs.ts";
import { mssqlTablespaces } from "../mssql_tablespaces.ts";
import { mssqlTransactionlogs } from "../mssql_transactionlogs.ts";
import { mssqlVersions } from "../mssql_versions.ts";

/** The part of the catalogue that is about Microsoft SQL Server. */
export const mssql: readonly Check[] = [
  mssqlBackup,
  mssqlBlockedSessions,
  mssqlCluster,
  mssqlConnections,
  mssqlCounters,
  mssqlDatabases,
  mssqlDatafiles,
  mssqlInstance,
  mssqlJobs,
  mssqlTablespaces,
  mssqlTransactionlogs,
  mssqlVersions,
];
