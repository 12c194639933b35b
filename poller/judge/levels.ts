import { CRIT, OK, WARN, type State } from "./state.ts";

/** Two bounds; a value reaches `warn` first. `Infinity` (or `-Infinity`) never hits. */
export interface Levels {
  readonly warn: number;
  readonly crit: number;
}

/** Upper levels hit at `>=`, lower ones at `<`. */
export interface Bounds {
  readonly upper?: Levels | undefined;
  readonly lower?: Levels | undefined;
}

export interface Verdict {
  readonly state: State;
  /** Empty when OK, else ` (warn/crit at A/B)` or ` (warn/crit below A/B)`. */
  readonly text: string;
}

/** Upper levels, and lower ones, that never hit. */
export const NEVER: Levels = { warn: Infinity, crit: Infinity };
export const NEVER_BELOW: Levels = { warn: -Infinity, crit: -Infinity };

/** Levels in another unit: of a ratio, say, those of what it is a ratio of. */
export const scaled = ({ warn, crit }: Levels, factor: number): Levels => ({
  warn: warn * factor,
  crit: crit * factor,
});

const FINE: Verdict = { state: OK, text: "" };

/** Judges one value; `render` writes a bound for people. */
export function judge(
  value: number,
  { upper, lower }: Bounds,
  render: (bound: number) => string = String,
): Verdict {
  const pair = ({ warn, crit }: Levels): string =>
    [warn, crit].map((bound) => (Number.isFinite(bound) ? render(bound) : "never")).join("/");
  const high = upper && hit(value >= upper.crit, value >= upper.warn);
  const low = lower && hit(value < lower.crit, value < lower.warn);
  if (upper && high && high >= (low ?? OK))
    return { state: high, text: ` (warn/crit at ${pair(upper)})` };
  if (lower && low) return { state: low, text: ` (warn/crit below ${pair(lower)})` };
  return FINE;
}

const hit = (crit: boolean, warn: boolean): State => (crit ? CRIT : warn ? WARN : OK);
