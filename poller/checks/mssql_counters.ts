import type { Check, Result } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { bytes, duration, number, percent } from "../judge/format.ts";
import { judge, type Levels, NEVER, NEVER_BELOW, scaled } from "../judge/levels.ts";
import { rate } from "../judge/rate.ts";
import { refused } from "../readings/mssql.ts";
import { counterMetrics } from "../readings/mssql_counter_metrics.ts";
import {
  cacheHits,
  type Counted,
  type Counters,
  PER_SECOND,
  readCounters,
  TOTAL,
} from "../readings/mssql_counters.ts";

interface Params extends Readonly<Record<(typeof RATES)[number][0], Levels>> {
  readonly pageLife: Levels;
  readonly cacheHits: Levels;
  readonly dataFiles: Levels;
  readonly logFiles: Levels;
  readonly logFilesUsed: Levels;
  readonly locksPerBatch: Levels;
}

// prettier-ignore
const RATES = [
  ["pageReads", "page_reads", "Reads"],
  ["pageWrites", "page_writes", "Writes"],
  ["pageLookups", "page_lookups", "Lookups"],
  ["lockRequests", "lock_requests", "Requests"],
  ["lockTimeouts", "lock_timeouts", "Timeouts"],
  ["deadlocks", "number_of_deadlocks", "Deadlocks"],
  ["lockWaits", "lock_waits", "Waits"],
  ["batchRequests", "batch_requests", "Batch requests"],
  ["compilations", "sql_compilations", "Compilations"],
  ["recompilations", "sql_re-compilations", "Re-compilations"],
  ["transactions", "transactions", "Transactions"],
  ["writeTransactions", "write_transactions", "Write transactions"],
  ["trackedTransactions", "tracked_transactions", "Tracked transactions"],
] as const;

/** Which object's rates are a service. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ["Buffer_Manager", "Page Activity"],
  ["Locks", "Locks"],
  ["SQL_Statistics", "SQL Statistics"],
  ["Databases", "Transactions"],
]);

/**
 * Caches, pages, locks, statements, transactions and files of Microsoft SQL Server.
 *
 * Of the thousand counters that an instance has, those are taken of which it is known what they mean:
 * of the rest nothing tells what is counted, what is measured and what is half of a ratio.
 *
 * Section: mssql_counters   Source: sys.dm_os_performance_counters (Transact-SQL)
 * Systems: Windows
 * Params: pageLife: seconds that a page stays in memory, lower; cacheHits: ratio, lower; dataFiles,
 *         logFiles: bytes; logFilesUsed: ratio; locksPerBatch: how many; all others: how many a second
 */
export const mssqlCounters: Check<Counters, Params> = {
  section: "mssql_counters",
  params: {
    pageLife: { warn: 350, crit: 300 },
    cacheHits: NEVER_BELOW,
    pageReads: NEVER,
    pageWrites: NEVER,
    pageLookups: NEVER,
    lockRequests: NEVER,
    lockTimeouts: NEVER,
    deadlocks: NEVER,
    lockWaits: NEVER,
    locksPerBatch: NEVER,
    batchRequests: NEVER,
    compilations: NEVER,
    recompilations: NEVER,
    transactions: NEVER,
    writeTransactions: NEVER,
    trackedTransactions: NEVER,
    dataFiles: NEVER,
    logFiles: NEVER,
    logFilesUsed: NEVER,
  },
  comparesWithPrevious: true,

  parse: readCounters,
  metrics: counterMetrics,

  *evaluate({ things, refusals }, { params, at, previous }) {
    const earlier = new Map(previous?.data.things.map((one) => [keyOf(one), one]));
    const seconds = at - (previous?.at ?? at);
    const instances = new Map<string, Rated[]>();
    for (const one of things) {
      const objects = instances.get(one.instance) ?? [];
      objects.push({ ...one, rates: ratesOf(one, earlier.get(keyOf(one)), seconds) });
      instances.set(one.instance, objects);
    }
    for (const [instance, objects] of instances) {
      yield* caches(instance, objects, params);
      yield* activity(instance, objects, params);
      yield* fileSizes(instance, objects, params);
    }
    for (const one of refusals) yield refused(`MSSQL ${one.instance} Counters`, one, one.instance);
  },
};

/** Per second, by the counter's name; empty of a first report. */
interface Rated extends Counted {
  readonly rates: ReadonlyMap<string, number>;
}

const keyOf = ({ instance, object, of }: Counted): string => JSON.stringify([instance, object, of]);

function ratesOf(now: Counted, before: Counted | undefined, seconds: number): Rated["rates"] {
  const rates = new Map<string, number>();
  for (const [, name] of RATES) {
    const counter = name + PER_SECOND;
    const value = rate(now.counters.get(counter), before?.counters.get(counter), seconds);
    if (value !== undefined) rates.set(name, value);
  }
  return rates;
}

function* caches(instance: string, objects: readonly Rated[], params: Params): Generator<Result> {
  const hits = objects.flatMap((one): Finding[] => {
    const value = cacheHits(one);
    if (value === undefined) return [];
    const verdict = judge(value, { lower: params.cacheHits }, percent);
    const text = `${nameOf(one)}: ${percent(value)}${verdict.text}`;
    if (one.object !== "Buffer_Manager") return [{ text, state: verdict.state, quiet: true }];
    return [{ text, state: verdict.state, perf: { name: "cache_hit_ratio", value: value * 100 } }];
  });
  if (hits.length > 0) yield conclude(`MSSQL ${instance} Cache Hits`, hits, instance);

  const life = objects.flatMap((one): Finding[] => {
    const value = one.counters.get("page_life_expectancy");
    if (value === undefined) return [];
    const perf = { name: "page_life_expectancy", value, levels: { lower: params.pageLife } };
    const [finding = {}] = found(nameOf(one), perf, duration);
    if (one.object === "Buffer_Manager") return [finding];
    const { perf: ofNode, ...rest } = finding;
    return ofNode === undefined ? [] : [{ ...rest, quiet: true }];
  });
  if (life.length > 0) yield conclude(`MSSQL ${instance} Page Life Expectancy`, life, instance);
}

/** One service for each object; of databases one for each of them. */
function* activity(instance: string, objects: readonly Rated[], params: Params): Generator<Result> {
  const total = (object: string): Rated | undefined =>
    objects.find((one) => one.object === object && (one.of === "" || one.of === TOTAL));
  for (const [object, service] of SERVICES) {
    const ofDatabases = objects.filter((one) => one.object === object && one.of !== TOTAL);
    const shown = object === "Databases" ? ofDatabases : [total(object)];
    for (const one of shown) {
      if (one === undefined) continue;
      const findings = RATES.flatMap(([param, name, text]) => {
        const levels = { upper: params[param] };
        const perf = { name: `${name}_per_second`, value: one.rates.get(name), levels, min: 0 };
        return found(text, perf, perSecond);
      });
      if (object === "Locks") findings.push(...locksPerBatch(one, total("SQL_Statistics"), params));
      const item = object === "Databases" ? `${instance} ${one.of}` : instance;
      yield conclude(`MSSQL ${item} ${service}`, findings.length > 0 ? findings : NO_RATES, item);
    }
  }
}

function locksPerBatch(locks: Rated, sql: Rated | undefined, params: Params): Finding[] {
  const [requests, batches] = [locks.rates.get("lock_requests"), sql?.rates.get("batch_requests")];
  if (requests === undefined || batches === undefined) return [];
  const value = batches > 0 ? requests / batches : 0;
  const levels = { upper: params.locksPerBatch };
  return found("Per batch", { name: "locks_per_batch", value, levels, min: 0 }, number);
}

function* fileSizes(
  instance: string,
  objects: readonly Rated[],
  params: Params,
): Generator<Result> {
  for (const { object, of, counters } of objects) {
    if (object !== "Databases" || of === TOTAL) continue;
    const size = (counter: string): number | undefined => {
      const kilobytes = counters.get(`${counter}_(kb)`);
      return kilobytes === undefined ? undefined : kilobytes * 1024;
    };
    const log = size("log_file(s)_size");
    const sizes = [
      ["Data files", "data_files", size("data_file(s)_size"), params.dataFiles],
      ["Log files", "log_files", log, params.logFiles],
      [
        "Log files used",
        "log_files_used",
        size("log_file(s)_used_size"),
        scaled(params.logFilesUsed, log ?? 0),
      ],
    ] as const;
    const findings = sizes.flatMap(([text, name, value, upper]) =>
      found(text, { name, value, levels: { upper }, min: 0 }, bytes),
    );
    const item = `${instance} ${of}`;
    if (findings.length > 0) yield conclude(`MSSQL ${item} File Sizes`, findings, item);
  }
}

/** Of a first poll, and after a restart. */
const NO_RATES: readonly Finding[] = [{ text: "Rates need an earlier report" }];

const perSecond = (value: number): string => `${number(value)}/s`;

const nameOf = ({ object, of }: Counted): string =>
  [object, of]
    .filter((part) => part !== "")
    .join(": ")
    .replaceAll("_", " ");
