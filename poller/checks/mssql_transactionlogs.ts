import type { Check } from "../judge/check.ts";
import {
  type DatabaseFiles,
  fileMetrics,
  type FileParams,
  fileParams,
  fileResults,
  readFiles,
} from "../readings/mssql_files.ts";

/**
 * Transaction logs of the databases of Microsoft SQL Server.
 *
 * Section: mssql_transactionlogs   Source: sys.database_files (Transact-SQL)
 * Systems: Windows
 * Params: as those of mssql_datafiles
 */
export const mssqlTransactionlogs: Check<DatabaseFiles, FileParams> = {
  section: "mssql_transactionlogs",
  params: fileParams,
  parse: readFiles,
  metrics: [fileMetrics("transactionlog")],
  evaluate: (files, { params }) => fileResults("MSSQL Transactionlog", files, params),
};
