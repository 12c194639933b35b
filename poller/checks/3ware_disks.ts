import type { Check } from "../judge/check.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * Disks of 3ware's controllers.
 *
 * Section: 3ware_disks   Source: `tw_cli /c0 show drivestatus` (tw_cli(8)): port, status, unit, size, unit
 *          of the size, blocks, serial number
 * Params: none
 */
export const threewareDisks: Check<readonly RaidPart[]> = {
  section: "3ware_disks",
  params: {},

  parse: (rows) =>
    partsByName(
      Array.from(rows).flatMap(([port = "", status, , size = "", unit = ""]): RaidPart[] => {
        if (status === undefined || !/^(?:c\d{1,6}\/)?p\d{1,6}$/.test(port)) return [];
        const more = [{ text: size === "-" ? "" : `${size} ${unit}`.trim() }];
        return [{ source: "3ware", kind: "disk", name: port, status: statusOf(status), more }];
      }),
    ),

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID 3ware disk", parts),
};
