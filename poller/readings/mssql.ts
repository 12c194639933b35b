/**
 * What the sections of Microsoft SQL Server have in common.
 *
 * Source: a plugin that asks each instance; its lines begin with the instance, as `MSSQL_PROD` or
 *         `PROD`, and hold `ERROR: …` where an instance would not answer
 */
import type { Result } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { CRIT } from "../judge/state.ts";

export interface Place {
  readonly instance: string;
  /** Empty where all of the instance is meant. */
  readonly database: string;
}

export interface Refusal extends Place {
  /** Why there was no answer. */
  readonly reason: string;
}

/** What was answered, each thing once, and what was not. */
export interface Answers<Thing> {
  readonly things: readonly Thing[];
  readonly refusals: readonly Refusal[];
}

const ERROR = "ERROR:";

export const instanceName = (text: string): string => text.replace(/^MSSQL_/, "");

export const placeLabels = {
  mssql_instance: ({ instance }: Place): string => instance,
  database: ({ database }: Place): string => database,
} as const;

/** `PROD`, `PROD master`. */
export const itemOf = ({ instance, database }: Place): string =>
  [instance, database].filter((part) => part !== "").join(" ");

/** Of things with one key the last counts; `undefined` where nothing was said at all. */
export function readAnswers<Thing extends Place>(
  rows: Iterable<readonly string[]>,
  read: (row: readonly string[]) => Thing | undefined,
  key: (thing: Thing) => string = itemOf,
): Answers<Thing> | undefined {
  const things = new Map<string, Thing>();
  const refusals = new Map<string, Refusal>();
  for (const row of rows) {
    const refusal = readRefusal(row);
    const thing = refusal ? undefined : read(row);
    if (refusal) refusals.set(itemOf(refusal), refusal);
    if (thing) things.set(key(thing), thing);
  }
  for (const item of things.keys()) refusals.delete(item);
  if (things.size + refusals.size === 0) return undefined;
  return { things: [...things.values()], refusals: [...refusals.values()] };
}

/** A query that failed, as a service of its own. */
export const refused = (service: string, { reason }: Refusal, item: string): Result =>
  conclude(service, [{ state: CRIT, text: reason === "" ? "The query failed" : reason }], item);

/** `PROD|master|-|-|ERROR: reason`, `PROD|ERROR: reason`, `PROD ERROR: reason`. */
function readRefusal(row: readonly string[]): Refusal | undefined {
  const [first = "", second = ""] = row;
  const [instance = "", rest = ""] = first.split(" ", 2);
  const cell = rest === ERROR ? 0 : row.findIndex((text) => text.startsWith(ERROR));
  if (cell < 0) return undefined;
  const end = row.findLastIndex((text) => text !== "-") + 1;
  const text = row.slice(cell, end).join(" ");
  return {
    instance: instanceName(instance),
    database: cell < 2 || second === "-" ? "" : second,
    reason: text.slice(text.indexOf(ERROR) + ERROR.length).trim(),
  };
}
