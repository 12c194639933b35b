import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { CRIT, WARN } from "../judge/state.ts";
import {
  type Clock,
  clockMetrics,
  offsetFinding,
  since,
  stratumFinding,
} from "../readings/clock.ts";

export interface Tracking extends Clock {
  /** What chronyc said instead: it did not reach its daemon. */
  readonly error?: string | undefined;
}

interface Params {
  readonly stratum: Levels;
  readonly offset: Levels;
  readonly lastSync: Levels;
}

/**
 * The clock, as chrony keeps it.
 *
 * Section: chrony   Source: `chronyc -n tracking` (chronyc(1))
 * Params: stratum; offset: seconds, slow or fast; lastSync: seconds since the clock was last set
 */
export const chrony: Check<Tracking, Params> = {
  section: "chrony",
  params: {
    stratum: { warn: 10, crit: 10 },
    offset: { warn: 0.2, crit: 0.5 },
    lastSync: { warn: 1025, crit: 3600 },
  },

  parse(rows) {
    const [first, ...more] = rows.lines();
    if (first === undefined) return undefined;
    if (more.length === 0 && !first.includes(":")) return { error: first };
    const facts = new Map<string, string>();
    for (const line of [first, ...more]) {
      const colon = line.indexOf(":");
      if (colon > 0) facts.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    }
    const reference = facts.get("Reference ID");
    if (reference === undefined) throw new ParseError("no reference", first);
    const [refid = "", name = ""] = reference.split(" ", 2);
    const source = name.replace(/^\(|\)$/g, "");
    const status = facts.get("Leap status");
    return {
      refid,
      source: source === "" ? undefined : source,
      stratum: integer(facts.get("Stratum")),
      offset: offset(facts.get("System time")),
      rootDelay: seconds(facts.get("Root delay")),
      rootDispersion: seconds(facts.get("Root dispersion")),
      referenceTime: utc(facts.get("Ref time (UTC)")),
      isSynchronised: source !== "" && status !== "Not synchronised",
    };
  },

  metrics: clockMetrics,

  *evaluate(tracking, { params, at }) {
    const { error, source } = tracking;
    yield conclude(
      "NTP Time",
      error === undefined
        ? [
            source === undefined
              ? { state: WARN, text: "NTP servers: unreachable" }
              : { text: `NTP servers: ${source}` },
            ...judged(tracking, params, at),
          ]
        : [{ state: CRIT, text: error }],
    );
  },
};

const judged = (
  { stratum, offset, referenceTime }: Tracking,
  params: Params,
  at: number,
): Finding[] => [
  ...stratumFinding(stratum, params.stratum),
  ...offsetFinding("offset", offset, params.offset),
  ...found(
    "Time since last sync",
    {
      name: "last_sync_time",
      value: since(at, referenceTime),
      levels: { upper: params.lastSync },
    },
    duration,
  ),
];

const seconds = (text = ""): number | undefined => decimal(text.split(" ", 1)[0]);

/** `0.000275117 seconds slow of NTP time`. */
function offset(text = ""): number | undefined {
  const value = seconds(text);
  return value !== undefined && text.includes(" fast ") ? 0 - value : value;
}

const DATE = /^\w{3} (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/;

/** `Tue Jul 09 08:01:06 2019`; the year 1970 stands for never. */
function utc(text = ""): number | undefined {
  const [, month, day, time, year] = DATE.exec(text) ?? [];
  const epoch = Date.parse(`${day} ${month} ${year} ${time} UTC`) / 1000;
  return epoch > 86_400 ? epoch : undefined;
}
