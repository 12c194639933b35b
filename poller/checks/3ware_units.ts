import type { Check } from "../judge/check.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * Arrays of 3ware's controllers.
 *
 * Section: 3ware_units   Source: `tw_cli /c0 show unitstatus` (tw_cli(8)): unit, type, status, how much of
 *          the work is done …
 * Params: none
 */
export const threewareUnits: Check<readonly RaidPart[]> = {
  section: "3ware_units",
  params: {},

  parse: (rows) =>
    partsByName(
      Array.from(rows).flatMap(([unit = "", type = "", status, complete = "-"]): RaidPart[] => {
        if (status === undefined || !/^(?:c\d{1,6}\/)?u\d{1,6}$/.test(unit)) return [];
        const done = /^\d{1,3}%?$/.test(complete) ? `${complete.replace("%", "")}% done` : "";
        const more = [{ text: type }, { text: done }];
        return [{ source: "3ware", kind: "array", name: unit, status: statusOf(status), more }];
      }),
    ),

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID 3ware unit", parts),
};
