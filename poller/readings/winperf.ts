/**
 * Performance counters of Windows. Counters bear the numbers that Windows gives them, less that of
 * the object they belong to: they are the same in every language.
 *
 *     1700000000.25 238 10000000          time, object, ticks per second (not of old agents)
 *     2 instances: 0 _Total               not of what there is only once
 *     -232 90000000000 80000000000 100nsec_timer_inv
 *
 * Source: the sections `winperf_…`; PERF_OBJECT_TYPE, PERF_COUNTER_DEFINITION (winperf.h)
 */
import { decimal, integer } from "../judge/numbers.ts";

/** What one object of Windows counts. */
export interface Counters {
  /** Epoch seconds. */
  readonly time: number;
  /** Windows' number of it: 238 is that of the processors. */
  readonly object: number;
  readonly instances: readonly Instance[];
}

export interface Instance {
  /** With `_` for blanks; empty of what there is only once. */
  readonly name: string;
  /** By number: times in seconds, all else as it is counted. */
  readonly counters: ReadonlyMap<number, number>;
}

/** What Windows adds to its instances: all of them together. */
export const TOTAL = "_Total";

/** Each object that a section tells of; counters of no number, or without a type, are passed over. */
export function readCounters(rows: Iterable<readonly string[]>): Counters[] {
  const found: Reading[] = [];
  for (const row of rows) {
    const current = found.at(-1);
    const title = readTitle(row);
    if (title) found.push(title);
    else if (current && row[1] === "instances:") current.instances = named(row.slice(2));
    else if (current) addLine(current, row);
  }
  return found.map(({ time, object, instances }) => {
    // Of equal names the first.
    const byName = new Map(instances.toReversed().map((one) => [one.name, one]));
    return { time, object, instances: instances.filter((one) => byName.get(one.name) === one) };
  });
}

interface Reading {
  readonly time: number;
  readonly object: number;
  readonly ticks: number | undefined;
  instances: readonly { readonly name: string; readonly counters: Map<number, number> }[];
  readonly known: Set<number>;
}

const named = (names: readonly string[]): Reading["instances"] =>
  names.map((name) => ({ name, counters: new Map() }));

/** Nothing but numbers: a counter's line ends in its type. */
function readTitle(row: readonly string[]): Reading | undefined {
  if (row.length < 2 || row.length > 3) return undefined;
  const [time, object, ticks] = row.map(decimal);
  if (time === undefined || object === undefined) return undefined;
  if (row.length === 3 && ticks === undefined) return undefined;
  return { time, object, ticks, instances: named([""]), known: new Set() };
}

/** What a counter is measured against has its number too, and comes after it. */
function addLine({ ticks, instances, known }: Reading, row: readonly string[]): void {
  const id = integer(row[0]);
  const type = row.at(-1) ?? "";
  if (id === undefined || row.length < 3 || decimal(type) !== undefined || known.has(id)) return;
  known.add(id);
  const unit = unitOf(type, ticks);
  if (unit === undefined) return;
  for (const [column, text] of row.slice(1, -1).entries()) {
    const value = decimal(text);
    if (value !== undefined) instances[column]?.counters.set(id, unsigned(value) * unit);
  }
}

const HUNDRED_NANOSECONDS = 1e-7;
const TYPE_NUMBER = /^type\(([0-9a-f]{1,8})\)$/i;
const IN_TICKS = /^(?:timer|timer_inv|multi_timer|multi_timer_inv|queuelen_type|average_timer)$/;
/** Bits of a type that has no name: it counts; in units of 100 ns; it is a time or a queue. */
const COUNTS = 0x400;
const IN_HUNDRED_NANOSECONDS = 0x10_0000;
const TIMER_OR_QUEUE = 0x7_0000;

/** What a counter of a type is to be multiplied by; absent where nobody says how long a tick is. */
function unitOf(type: string, ticks: number | undefined): number | undefined {
  if (type.startsWith("100nsec_")) return HUNDRED_NANOSECONDS;
  const tick = ticks !== undefined && ticks > 0 ? 1 / ticks : undefined;
  if (IN_TICKS.test(type)) return tick;
  const [, digits] = TYPE_NUMBER.exec(type) ?? [];
  const bits = digits === undefined ? 0 : Number.parseInt(digits, 16);
  if ((bits & COUNTS) === 0) return 1;
  if ((bits & IN_HUNDRED_NANOSECONDS) !== 0) return HUNDRED_NANOSECONDS;
  return (bits & TIMER_OR_QUEUE) >= 0x5_0000 ? tick : 1;
}

/** Old agents write what has 32 bits as if one of them were a sign. */
export const unsigned = (value: number): number => (value < 0 ? value + 2 ** 32 : value);
