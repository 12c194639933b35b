/**
 * Performance counters of Microsoft SQL Server.
 *
 * Source: sys.dm_os_performance_counters (Transact-SQL), names in lower case with `_` for blanks;
 *         what ends in `/sec` is counted since the start
 */
import { integer } from "../judge/numbers.ts";
import { type Answers, instanceName, type Place, readAnswers } from "./mssql.ts";

/** The counters of one thing of an instance. */
export interface Counted extends Place {
  /** `Buffer_Manager`, `Databases`, `Locks` … */
  readonly object: string;
  /** A database, a kind of lock …; empty where the object has but one; `_Total`: of all. */
  readonly of: string;
  readonly counters: ReadonlyMap<string, number>;
}

export type Counters = Answers<Counted>;

/** In a column that says nothing. */
const NOTHING = "None";
export const TOTAL = "_Total";
/** Ends the names of what is counted since the start of the server. */
export const PER_SECOND = "/sec";

/**
 * `MSSQL_PROD:Locks|lock_waits/sec|Page|17`. The time that goes before is passed over: it is written
 * as the host's language has it, and nobody can tell the month from the day.
 */
export const readCounters = (rows: Iterable<readonly string[]>): Counters | undefined => {
  const found = new Map<string, Counted & { counters: Map<string, number> }>();
  const answers = readAnswers(withInstanceFirst(rows), (row) => {
    const [first = "", counter = "", name = "", text] = row;
    const colon = first.indexOf(":");
    const value = integer(text);
    if (colon < 0 || value === undefined) return undefined;
    const instance = instanceName(first.slice(0, colon));
    const object = first.slice(colon + 1);
    const of = name === NOTHING ? "" : name;
    const key = JSON.stringify([instance, object, of]);
    const known = found.get(key) ?? {
      instance,
      database: "",
      object,
      of,
      counters: new Map<string, number>(),
    };
    found.set(key, known);
    known.counters.set(counter.toLowerCase(), value);
    return known;
  });
  return answers && { ...answers, things: [...found.values()] };
};

/** An instance that would not answer stands in the third column. */
function* withInstanceFirst(rows: Iterable<readonly string[]>): Generator<readonly string[]> {
  for (const row of rows)
    yield row[3]?.startsWith("ERROR:") === true ? [row[2] ?? "", ...row.slice(3)] : row;
}

const HITS = ["buffer_cache_hit_ratio", "cache_hit_ratio", "log_cache_hit_ratio"];

/** Which ratio of what was looked for was found; nothing where nothing was looked for. */
export function cacheHits({ counters }: Counted): number | undefined {
  for (const name of HITS) {
    const [hits, lookups] = [counters.get(name), counters.get(`${name}_base`)];
    if (hits !== undefined && lookups !== undefined && lookups > 0) return hits / lookups;
  }
  return undefined;
}
