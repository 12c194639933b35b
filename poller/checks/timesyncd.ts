import { type Check, ParseError } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { integer } from "../judge/numbers.ts";
import {
  type Clock,
  clockMetrics,
  offsetFinding,
  since,
  stratumFinding,
} from "../readings/clock.ts";
import { timeSpan } from "../readings/systemd.ts";

interface Params {
  readonly stratum: Levels;
  readonly offset: Levels;
  readonly jitter: Levels;
  readonly lastSync: Levels;
  readonly unanswered: Levels;
}

/**
 * The clock, as systemd-timesyncd keeps it.
 *
 * Section: timesyncd   Source: `timedatectl timesync-status` (timedatectl(1)), and when the clock was
 *          last set, in `[[[…]]]`
 * Params: stratum; offset: seconds, slow or fast; jitter: seconds; lastSync: seconds since the clock was
 *         last set; unanswered: the same, where no server answers
 */
export const timesyncd: Check<Clock, Params> = {
  section: "timesyncd",
  params: {
    stratum: { warn: 10, crit: 10 },
    offset: { warn: 0.2, crit: 0.5 },
    jitter: { warn: 0.2, crit: 0.5 },
    lastSync: { warn: 7500, crit: 10_800 },
    unanswered: { warn: 300, crit: 3600 },
  },

  parse(rows) {
    const facts = new Map<string, string>();
    let touched: number | undefined;
    let first: string | undefined;
    for (const line of rows.lines()) {
      first ??= line;
      touched = integer(/^\[\[\[(\d{1,15})(?:\.\d*)?\]\]\]$/.exec(line)?.[1]) ?? touched;
      const colon = line.indexOf(": ");
      if (colon > 0) facts.set(line.slice(0, colon).trim(), line.slice(colon + 2).trim());
    }
    if (first === undefined) return undefined;
    if (facts.size === 0 && touched === undefined)
      throw new ParseError("not the status of timesyncd", first);
    const offset = signedSpan(facts.get("Offset"));
    return {
      source: facts.get("Server"),
      refid: facts.get("Reference"),
      stratum: integer(facts.get("Stratum")),
      offset,
      jitter: timeSpan(facts.get("Jitter")),
      referenceTime: touched,
      isSynchronised: offset !== undefined,
    };
  },

  metrics: clockMetrics,

  *evaluate(clock, { params, at }) {
    const { source, stratum, offset, jitter, referenceTime } = clock;
    yield conclude("Systemd Timesyncd Time", [
      ...offsetFinding("time_offset", offset, params.offset),
      ...(offset === undefined ? [{ text: "no server answered yet" }] : []),
      ...found(
        "Time since last sync",
        {
          name: "last_sync_time",
          value: since(at, referenceTime),
          levels: { upper: offset === undefined ? params.unanswered : params.lastSync },
        },
        duration,
      ),
      ...stratumFinding(stratum, params.stratum),
      ...found(
        "Jitter",
        { name: "jitter", value: jitter, levels: { upper: params.jitter } },
        duration,
      ),
      { text: source === undefined ? "no server" : `Synchronised on ${source}` },
    ]);
  },
};

/** Seconds of `+1.234ms`, `-1min 2s`. */
function signedSpan(text = ""): number | undefined {
  const span = timeSpan(text);
  return span !== undefined && text.startsWith("-") ? -span : span;
}
