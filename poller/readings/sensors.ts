/**
 * Sensors of the management controller of a board.
 *
 * Source: ipmitool(1), ipmi-sensors(8) of FreeIPMI; the states are those of the IPMI specification 2.0,
 *         section 42
 */
import type { Bounds } from "../judge/levels.ts";
import { CRIT, OK, type State, WARN } from "../judge/state.ts";

export interface Sensor {
  readonly name: string;
  readonly state: State;
  /** What the controller says of it, as it says it. */
  readonly status: string;
  readonly reading?: Reading | undefined;
  /** Of the reading, as the controller holds them. */
  readonly levels?: Bounds | undefined;
}

export interface Reading {
  readonly value: number;
  readonly unit: Unit;
}

/** Degrees Celsius, revolutions per minute, volts, amperes, watts, percent; empty: something else. */
export type Unit = "°C" | "rpm" | "V" | "A" | "W" | "%" | "";

const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["degrees c", "°C"],
  ["c", "°C"],
  ["rpm", "rpm"],
  ["volts", "V"],
  ["v", "V"],
  ["amps", "A"],
  ["a", "A"],
  ["watts", "W"],
  ["w", "W"],
  ["percent", "%"],
  ["%", "%"],
]);

/** Older agents put `_` for blanks. */
export const unitOf = (text: string): Unit =>
  UNITS.get(text.toLowerCase().replaceAll("_", " ")) ?? "";

/** What ipmitool says of a sensor; others, as `na`, say that there is nothing to be said. */
export const STATUSES: ReadonlyMap<string, State> = new Map<string, State>([
  ["ok", OK],
  ["nc", WARN],
  ["cr", CRIT],
  ["nr", CRIT],
]);

const WARNS =
  /non-critical|predictive failure|redundancy degraded|intrusion|correctable|limit exceeded|warning/i;
const FAILS =
  /(?<!non-)critical|non-recoverable|failure detected|\bfault|redundancy lost|insufficient resources|uncorrectable|thermal trip|\bierr\b|\bac lost|failed array/i;

/** Of a state in words: controllers say `ok` and `Failure detected` in one breath. */
export function stateOf(text: string): State {
  const words = text.replaceAll("_", " ");
  if (FAILS.test(words)) return CRIT;
  return WARNS.test(words) ? WARN : OK;
}

/** Names made different: boards have several sensors of one name. */
export function distinct(sensors: readonly Sensor[]): Sensor[] {
  const found = new Map<string, Sensor>();
  const counts = new Map<string, number>();
  for (const sensor of sensors) {
    let { name } = sensor;
    let count = counts.get(name) ?? 0;
    while (found.has(name)) name = `${sensor.name} ${String(++count + 1)}`;
    counts.set(sensor.name, count);
    found.set(name, { ...sensor, name });
  }
  return [...found.values()];
}
