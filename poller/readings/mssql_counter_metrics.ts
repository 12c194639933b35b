/** What is exported of the performance counters of Microsoft SQL Server. */
import { counter, each, type Family, gauge, type PerThing } from "../judge/metrics.ts";
import { cacheHits, type Counted, type Counters, TOTAL } from "./mssql_counters.ts";

type Families = readonly Family<Counted>[];

const read =
  (name: string, factor = 1) =>
  ({ counters }: Counted): number | undefined => {
    const value = counters.get(name);
    return value === undefined ? undefined : value * factor;
  };
const KILOBYTE = 1024;
const MILLISECOND = 0.001;

const ofInstance = { mssql_instance: ({ instance }: Counted): string => instance };

/** Of one object; without the sum of all, which is no further thing. */
const ofObject = (object: string, label: string, families: Families): PerThing<Counters> =>
  each(
    ({ things }: Counters) => things.filter((one) => one.object === object && one.of !== TOTAL),
    label === "" ? ofInstance : { ...ofInstance, [label]: ({ of }: Counted): string => of },
    families,
  );

/** Names of windows_exporter for gauges; its counters do not end in `_total`, as counters must. */
export const counterMetrics: readonly PerThing<Counters>[] = [
  ofObject("Buffer_Manager", "", [
    gauge(
      "windows_mssql_bufman_page_life_expectancy_seconds",
      "How long a page stays in memory that nobody asks for.",
      read("page_life_expectancy"),
    ),
    gauge(
      "windows_mssql_bufman_database_pages",
      "Pages of databases in memory.",
      read("database_pages"),
    ),
    counter("roundsman_mssql_page_reads_total", "Pages read.", read("page_reads/sec")),
    counter("roundsman_mssql_page_writes_total", "Pages written.", read("page_writes/sec")),
    counter("roundsman_mssql_page_lookups_total", "Pages looked for.", read("page_lookups/sec")),
  ]),
  ofObject("General_Statistics", "", [
    gauge(
      "windows_mssql_genstats_user_connections",
      "Users who are connected.",
      read("user_connections"),
    ),
    gauge(
      "windows_mssql_genstats_blocked_processes",
      "Processes that are blocked.",
      read("processes_blocked"),
    ),
  ]),
  ofObject("Memory_Manager", "", [
    gauge(
      "windows_mssql_memmgr_total_server_memory_bytes",
      "Memory that the server has taken.",
      read("total_server_memory_(kb)", KILOBYTE),
    ),
    gauge(
      "windows_mssql_memmgr_target_server_memory_bytes",
      "Memory that the server would take.",
      read("target_server_memory_(kb)", KILOBYTE),
    ),
  ]),
  ofObject("SQL_Statistics", "", [
    counter(
      "roundsman_mssql_batch_requests_total",
      "Batches of statements received.",
      read("batch_requests/sec"),
    ),
    counter(
      "roundsman_mssql_sql_compilations_total",
      "Compilations of statements.",
      read("sql_compilations/sec"),
    ),
    counter(
      "roundsman_mssql_sql_recompilations_total",
      "Compilations done again.",
      read("sql_re-compilations/sec"),
    ),
  ]),
  ofObject("Locks", "resource", [
    counter("roundsman_mssql_lock_requests_total", "Locks asked for.", read("lock_requests/sec")),
    counter(
      "roundsman_mssql_lock_timeouts_total",
      "Locks not had in time.",
      read("lock_timeouts/sec"),
    ),
    counter(
      "roundsman_mssql_lock_waits_total",
      "Locks that were waited for.",
      read("lock_waits/sec"),
    ),
    counter(
      "roundsman_mssql_lock_wait_seconds_total",
      "Time spent waiting for locks.",
      read("lock_wait_time_(ms)", MILLISECOND),
    ),
    counter("roundsman_mssql_deadlocks_total", "Deadlocks.", read("number_of_deadlocks/sec")),
  ]),
  ofObject("Databases", "database", [
    gauge(
      "windows_mssql_databases_data_files_size_bytes",
      "Size of all data files of a database.",
      read("data_file(s)_size_(kb)", KILOBYTE),
    ),
    gauge(
      "windows_mssql_databases_log_files_size_bytes",
      "Size of all log files of a database.",
      read("log_file(s)_size_(kb)", KILOBYTE),
    ),
    gauge(
      "windows_mssql_databases_log_files_used_size_bytes",
      "Bytes of all log files of a database that are in use.",
      read("log_file(s)_used_size_(kb)", KILOBYTE),
    ),
    gauge(
      "windows_mssql_databases_active_transactions",
      "Transactions under way.",
      read("active_transactions"),
    ),
    counter("roundsman_mssql_transactions_total", "Transactions begun.", read("transactions/sec")),
    counter(
      "roundsman_mssql_write_transactions_total",
      "Transactions that wrote.",
      read("write_transactions/sec"),
    ),
    counter(
      "roundsman_mssql_tracked_transactions_total",
      "Transactions that went into the commit table.",
      read("tracked_transactions/sec"),
    ),
  ]),
  each(
    ({ things }: Counters) => things.filter((one) => cacheHits(one) !== undefined),
    { ...ofInstance, object: ({ object }) => object, name: ({ of }) => of },
    [
      gauge(
        "roundsman_mssql_cache_hit_ratio",
        "How much of what is looked for is found.",
        cacheHits,
      ),
    ],
  ),
];
