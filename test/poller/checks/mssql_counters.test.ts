import { expect, test } from "vitest";
import { mssqlCounters } from "../../../poller/checks/mssql_counters.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  mssqlCounters.parse(sectionRows(["<<<mssql_counters:sep(124)>>>", ...lines, ""].join("\n")));
const shop = (...lines: string[]) =>
  parse("None|utc_time|None|31.01.2026 12:00:00", ...lines.map((line) => `MSSQL_SHOP:${line}`));

test("of caches it is told how much they hold of what is looked for", () => {
  const data = shop(
    "Buffer_Manager|buffer_cache_hit_ratio|None|995",
    "Buffer_Manager|buffer_cache_hit_ratio_base|None|1000",
    "Plan_Cache|Cache_Hit_Ratio|SQL_Plans|3",
    "Plan_Cache|Cache_Hit_Ratio_Base|SQL_Plans|4",
    "Plan_Cache|cache_hit_ratio|Bound_Trees|0",
    "Plan_Cache|cache_hit_ratio_base|Bound_Trees|0",
  );
  const [result, ...more] = judged(mssqlCounters, data);
  expect(result).toMatchObject({
    service: "MSSQL SHOP Cache Hits",
    state: OK,
    summary: "Buffer Manager: 99.5%",
    details: "Plan Cache: SQL Plans: 75%",
  });
  expect(perfdata(result)).toEqual({ cache_hit_ratio: 99.5 });
  expect(more.map(({ service }) => service)).toEqual(["MSSQL SHOP Page Activity"]);
  const params = { cacheHits: { warn: 0.9, crit: 0.5 } };
  expect(judged(mssqlCounters, data, { params })[0]).toMatchObject({ state: WARN });
});

test("pages that do not stay in memory for long are CRIT, on each node", () => {
  const data = shop(
    "Buffer_Manager|page_life_expectancy|None|320",
    "Buffer_Node|page_life_expectancy|000|1000",
    "Buffer_Node|page_life_expectancy|001|200",
  );
  const [result] = judged(mssqlCounters, data);
  expect(result).toMatchObject({
    service: "MSSQL SHOP Page Life Expectancy",
    state: CRIT,
    details: "Buffer Node: 000: 16 minutes 40 seconds",
  });
  expect(result?.summary).toMatch(/^Buffer Manager: 5 minutes 20 seconds.*, Buffer Node: 001: /);
  expect(perfdata(result)).toEqual({ page_life_expectancy: 320 });
});

const activity = (n: number) =>
  shop(
    `Locks|lock_requests/sec|Page|${n}`,
    `Locks|lock_requests/sec|_Total|${30 * n}`,
    `Locks|number_of_deadlocks/sec|_Total|${n / 10}`,
    `SQL_Statistics|batch_requests/sec|None|${10 * n}`,
    `Databases|transactions/sec|stock|${n}`,
    `Databases|transactions/sec|_Total|${n}`,
  );

test("rates need two reports", () => {
  expect(
    judged(mssqlCounters, activity(10)).map(({ service, summary }) => [service, summary]),
  ).toEqual([
    ["MSSQL SHOP Locks", "Rates need an earlier report"],
    ["MSSQL SHOP SQL Statistics", "Rates need an earlier report"],
    ["MSSQL SHOP stock Transactions", "Rates need an earlier report"],
  ]);
  const previous = { data: activity(10)!, at: 100 };
  const results = judged(mssqlCounters, activity(20), { at: 110, previous });
  expect(results.map(({ summary }) => summary)).toEqual([
    "Requests: 30/s, Deadlocks: 0.1/s, Per batch: 3",
    "Batch requests: 10/s",
    "Transactions: 1/s",
  ]);
  expect(perfdata(results[0])).toEqual({
    lock_requests_per_second: 30,
    number_of_deadlocks_per_second: 0.1,
    locks_per_batch: 3,
  });
});

test("rates have levels of their own", () => {
  const previous = { data: activity(10)!, at: 100 };
  const params = { deadlocks: { warn: 0.05, crit: 1 } };
  const results = judged(mssqlCounters, activity(20), { at: 110, previous, params });
  expect(results.map(({ state }) => state)).toEqual([WARN, OK, OK]);
});

test("files of a database are sized in bytes, the log also by how full it is", () => {
  const data = shop(
    "Databases|data_file(s)_size_(kb)|stock|4096",
    "Databases|log_file(s)_size_(kb)|stock|1024",
    "Databases|log_file(s)_used_size_(kb)|stock|900",
    "Databases|data_file(s)_size_(kb)|_Total|4096",
  );
  const params = { logFilesUsed: { warn: 0.8, crit: 0.9 } };
  const results = judged(mssqlCounters, data, { params });
  expect(results.at(-1)).toMatchObject({
    service: "MSSQL SHOP stock File Sizes",
    state: WARN,
    summary:
      "Data files: 4 MiB, Log files: 1 MiB, Log files used: 900 KiB (warn/crit at 819 KiB/922 KiB)",
  });
  expect(results).toHaveLength(2);
});

test("counters are exported as counters, without sums of what is exported too", () => {
  const data = shop(
    "Locks|lock_waits/sec|Page|17",
    "Locks|lock_wait_time_(ms)|Page|1500",
    "Locks|lock_waits/sec|_Total|17",
    "Memory_Manager|total_server_memory_(kb)|None|4",
    "Broker_Statistics|sql_sends/sec|None|3",
  );
  expect(sampleLines(samples(mssqlCounters, data))).toEqual([
    'windows_mssql_memmgr_total_server_memory_bytes{mssql_instance="SHOP"} 4096',
    'roundsman_mssql_lock_waits_total{mssql_instance="SHOP",resource="Page"} 17',
    'roundsman_mssql_lock_wait_seconds_total{mssql_instance="SHOP",resource="Page"} 1.5',
  ]);
});

test("an instance that would not answer says why", () => {
  expect(judged(mssqlCounters, parse("None|None|SHOP|ERROR:no rights"))).toMatchObject([
    { service: "MSSQL SHOP Counters", state: CRIT, summary: "no rights" },
  ]);
});
