import { type Check, ParseError } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { CRIT, WARN } from "../judge/state.ts";

export interface Clock {
  /** What the kernel counts time with: `tsc`, `kvm-clock`. */
  readonly source?: string | undefined;
  /** Why the daemon could not say more. */
  readonly complaint?: string | undefined;
  readonly isSynchronised: boolean;
  /** Seconds; positive where the clock is ahead. */
  readonly offset?: number | undefined;
  /** Seconds that the clock may be wrong at most. */
  readonly maxError?: number | undefined;
  /** How much too fast the clock would run if nobody kept it; negative: too slow. */
  readonly frequencyError?: number | undefined;
}

interface Params {
  readonly maxError: Levels;
}

const SIGNED = /^(\S+) \S+ (slow|fast)\b/;
const PPM = 1e-6;

/**
 * How well the clock is kept. None of it goes under a `node_timex_` name: those are what the kernel
 * says of its own loop, this is what the daemon says that steers it.
 *
 * Section: roundsman_timex   Source: `chronyc tracking` (chronyc(1)); current_clocksource in sysfs
 * Params: maxError: seconds
 */
export const roundsmanTimex: Check<Clock, Params> = {
  section: "roundsman_timex",
  // The kernel itself gives a clock up for unsynchronised at 16 s.
  params: { maxError: { warn: 1, crit: 16 } },

  parse(rows) {
    const lines = [...rows.lines()];
    if (lines.length === 0) return undefined;
    const facts = new Map<string, string>();
    let complaint: string | undefined;
    for (const line of lines) {
      const colon = line.indexOf(": ");
      if (colon < 0) complaint ??= line;
      else facts.set(line.slice(0, colon).trimEnd(), line.slice(colon + 2));
    }
    const leap = facts.get("Leap status");
    if (leap === undefined && complaint === undefined) throw new ParseError("no leap status");
    const seconds = (key: string): number | undefined => decimal(facts.get(key)?.split(" ", 1)[0]);
    const offset = signed(facts.get("System time"));
    const [delay, dispersion] = [seconds("Root delay"), seconds("Root dispersion")];
    return {
      source: facts.get("clocksource"),
      complaint,
      isSynchronised: leap !== undefined && leap !== "Not synchronised",
      offset,
      maxError:
        offset === undefined || delay === undefined || dispersion === undefined
          ? undefined
          : Math.abs(offset) + dispersion + delay / 2,
      frequencyError: signed(facts.get("Frequency"), PPM),
    };
  },

  metrics: [
    gauge("roundsman_clock_synchronised", "Whether the clock follows another.", (clock) =>
      Number(clock.isSynchronised),
    ),
    gauge(
      "roundsman_clock_offset_seconds",
      "How far the clock is ahead of the time that its daemon believes in.",
      ({ offset }) => offset,
    ),
    gauge(
      "roundsman_clock_max_error_seconds",
      "How wrong the clock may be: offset, root dispersion, half the root delay.",
      ({ maxError }) => maxError,
    ),
    gauge(
      "roundsman_clock_frequency_error_ratio",
      "How much too fast the clock would run by itself.",
      ({ frequencyError }) => frequencyError,
    ),
    each(
      ({ source }: Clock) => (source === undefined ? [] : [source]),
      { source: (source) => source },
      [gauge("roundsman_clock_source_info", "What time is counted with; always 1.", () => 1)],
    ),
  ],

  *evaluate({ source, complaint, isSynchronised, offset, maxError }, { params }) {
    yield conclude("Clock", [
      complaint === undefined
        ? isSynchronised
          ? { text: "synchronised" }
          : { text: "not synchronised", state: WARN }
        : { text: complaint, state: CRIT },
      ...found("Offset", { name: "clock_offset", value: offset }, duration),
      ...found(
        "Error at most",
        { name: "clock_max_error", value: maxError, levels: { upper: params.maxError }, min: 0 },
        duration,
      ),
      ...(source === undefined ? [] : [{ text: `Source: ${source}`, quiet: true }]),
    ]);
  },
};

/** `0.5 seconds slow of NTP time` as -0.5. */
function signed(text = "", unit = 1): number | undefined {
  const [, digits, direction] = SIGNED.exec(text) ?? [];
  const value = decimal(digits);
  if (value === undefined) return undefined;
  return value * unit * (direction === "slow" ? -1 : 1) || 0;
}
