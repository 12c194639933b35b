import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { readCounters } from "../readings/winperf.ts";

export interface Sessions {
  /** Epoch seconds. */
  readonly time: number;
  readonly active: number;
  readonly inactive: number;
}

interface Params {
  readonly active: Levels;
  readonly inactive: Levels;
}

/**
 * Sessions of those who work at a Windows host from afar.
 *
 * Section: winperf_ts_sessions   Source: performance counters of Windows, object Terminal Services
 * Systems: Windows
 * Params: active, inactive: how many there are
 */
export const winperfTsSessions: Check<Sessions, Params> = {
  section: "winperf_ts_sessions",
  params: { active: NEVER, inactive: NEVER },

  /** Older versions count all, the active and the inactive; newer ones begin with the active. */
  parse(rows) {
    const [set] = readCounters(rows);
    const counters = set?.instances[0]?.counters;
    const [first, second, third] = [2, 4, 6].map((id) => counters?.get(id));
    if (set === undefined || first === undefined || second === undefined || third === undefined)
      return undefined;
    // Without any inactive ones both can be meant: most hosts are not that old.
    const [active, inactive] = first + second === third ? [first, second] : [second, third];
    return { time: set.time, active, inactive };
  },

  time: ({ time }) => time,

  metrics: [
    each(
      ({ active, inactive }: Sessions) => [
        { state: "active", count: active },
        { state: "inactive", count: inactive },
      ],
      { state: ({ state }) => state },
      [gauge("roundsman_terminal_sessions", "Sessions by state.", ({ count }) => count)],
    ),
  ],

  *evaluate({ active, inactive }, { params }) {
    yield conclude("Sessions", [
      ...found("Active", {
        name: "active",
        value: active,
        levels: { upper: params.active },
        min: 0,
      }),
      ...found("Inactive", {
        name: "inactive",
        value: inactive,
        levels: { upper: params.inactive },
        min: 0,
      }),
    ]);
  },
};
