import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { type Levels, NEVER, NEVER_BELOW } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";

export interface Uptime {
  /** Since the host, or the container, started. */
  readonly seconds: number;
}

interface Params {
  readonly longest: Levels;
  readonly shortest: Levels;
}

/**
 * How long the host is up.
 *
 * Section: uptime   Source: /proc/uptime (proc(5))
 * Systems: all
 * Params: longest: seconds, upper; shortest: seconds, lower
 */
export const uptime: Check<Uptime, Params> = {
  section: "uptime",
  params: { longest: NEVER, shortest: NEVER_BELOW },

  parse(rows) {
    const [row] = rows;
    if (row === undefined) return undefined;
    const seconds = decimal(row[0]);
    if (seconds === undefined) throw new ParseError("no seconds", row.join(" "));
    return { seconds };
  },

  metrics: [
    gauge("roundsman_uptime_seconds", "How long the host is up.", (uptime) => uptime.seconds),
  ],

  *evaluate({ seconds }, { params }) {
    const levels = { upper: params.longest, lower: params.shortest };
    const perf = { name: "uptime", value: seconds, levels };
    yield conclude("Uptime", [measured(`Up for ${duration(seconds)}`, perf, duration)]);
  },
};
