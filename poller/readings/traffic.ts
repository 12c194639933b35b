/** What is found about network interfaces, whatever system they are of. */
import type { Finding } from "../judge/findings.ts";
import { bytesPerSecond, number, percent } from "../judge/format.ts";
import { judge, type Levels } from "../judge/levels.ts";
import { WARN } from "../judge/state.ts";
import { MEGABIT } from "./interfaces.ts";

export interface InterfaceParams {
  /** Patterns of names that get no service. */
  readonly skip: readonly string[];
  /** Patterns of names that must be up. */
  readonly required: readonly string[];
  /** Ratio of damaged packets, in either direction. */
  readonly errors: Levels;
}

/** Levels of errors unless told. */
export const ERRORS: Levels = { warn: 0.0001, crit: 0.001 };

/** What an interface was like when it was first seen. */
export interface KnownInterface {
  readonly wasUp: boolean;
  /** Bytes per second. */
  readonly speed: number | undefined;
}

/** As it is remembered: a word and bytes per second. */
export const remembered = (state: "up" | "down" | "unknown", speed: number | undefined): string =>
  `${state} ${speed ?? ""}`;

export function knownInterface(text = ""): KnownInterface {
  const [state, speed] = text.split(" ");
  return { wasUp: state === "up", speed: Number(speed) || undefined };
}

/** Bytes per second, and what they were; nothing where it is not known. */
export function speedOf(now: number | undefined, before: number | undefined): Finding[] {
  if (now === undefined) return [];
  const text = `Speed: ${bits(now)}`;
  if (before === undefined || before === now) return [{ text }];
  return [{ state: WARN, text: `${text}, was ${bits(before)}` }];
}

function bits(perSecond: number): string {
  const megabits = perSecond / MEGABIT;
  return megabits >= 1000 ? `${number(megabits / 1000)} GBit/s` : `${number(megabits)} MBit/s`;
}

/** A number of which nothing is to be read. */
export const silent = (name: string, value: number | undefined): Finding[] =>
  value === undefined ? [] : [{ perf: { name, value, min: 0 } }];

/** Bytes per second, and which share of the speed that is. */
export function flow(
  text: string,
  name: string,
  value: number | undefined,
  speed: number | undefined,
): Finding[] {
  if (value === undefined) return [];
  const share = speed === undefined ? "" : ` (${percent(value / speed)})`;
  const perf = { name, value, min: 0, max: speed };
  return [{ text: `${text}: ${bytesPerSecond(value)}${share}`, perf }];
}

/** Damaged packets per second, judged by their share of all; `packets` are the good ones. */
export function damage(
  text: string,
  name: string,
  value: number | undefined,
  { packets = 0, errors }: { readonly packets?: number | undefined; readonly errors: Levels },
): Finding[] {
  if (value === undefined) return [];
  const ratio = value === 0 ? 0 : value / (value + packets);
  const verdict = judge(ratio, { upper: errors }, percent);
  const said = `${text}: ${percent(ratio)}${verdict.text}`;
  return [{ text: said, state: verdict.state, perf: { name, value, min: 0 }, quiet: true }];
}
