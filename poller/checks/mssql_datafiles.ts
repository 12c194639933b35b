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
 * Data files of the databases of Microsoft SQL Server.
 *
 * Section: mssql_datafiles   Source: sys.database_files (Transact-SQL)
 * Systems: Windows
 * Params: used: ratio of the size that a file may grow to, where there is such a limit; allocatedUsed:
 *         ratio of the size that it has; allocated: bytes
 */
export const mssqlDatafiles: Check<DatabaseFiles, FileParams> = {
  section: "mssql_datafiles",
  params: fileParams,
  parse: readFiles,
  metrics: [fileMetrics("datafile")],
  evaluate: (files, { params }) => fileResults("MSSQL Datafile", files, params),
};
