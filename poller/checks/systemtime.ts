import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { judge, type Levels } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";

export interface SystemTime {
  /** Epoch seconds, by the host's clock. */
  readonly seconds: number;
}

interface Params {
  readonly offset: Levels;
}

/**
 * How far a host's clock is from the poller's.
 *
 * Section: systemtime   Source: the Windows agent: GetSystemTimeAsFileTime, in epoch seconds
 * Systems: Windows
 * Params: offset: seconds, whether the host is ahead or behind
 */
export const systemtime: Check<SystemTime, Params> = {
  section: "systemtime",
  params: { offset: { warn: 30, crit: 60 } },

  // It states no `time`: that would be what it is compared with.
  parse(rows) {
    const [row] = rows;
    if (row === undefined) return undefined;
    const seconds = decimal(row[0]);
    if (seconds === undefined) throw new ParseError("no epoch seconds", row.join(" "));
    return { seconds };
  },

  metrics: [
    gauge(
      "windows_time_current_timestamp_seconds",
      "The host's clock, in epoch seconds.",
      ({ seconds }) => seconds,
    ),
  ],

  *evaluate({ seconds }, { params, at, polledAt = at }) {
    const offset = seconds - polledAt;
    const { state, text } = judge(Math.abs(offset), { upper: params.offset }, duration);
    const perf = { name: "offset", value: offset, levels: { upper: params.offset } };
    yield conclude("System Time", [
      { ...measured("", perf), state, text: `Offset: ${duration(offset)}${text}` },
    ]);
  },
};
