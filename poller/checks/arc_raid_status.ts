import type { Check } from "../judge/check.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * RAID sets of Areca's controllers.
 *
 * Section: arc_raid_status   Source: `cli64 rsf info`: number, name, disks, sizes, state
 * Params: none
 */
export const arcRaidStatus: Check<readonly RaidPart[]> = {
  section: "arc_raid_status",
  params: {},

  parse: (rows) =>
    partsByName(
      Array.from(rows).flatMap(([name = "", ...columns]): RaidPart[] => {
        // The title may be of several words.
        const [disks = "", size = "", , , status = ""] = columns.slice(-5);
        if (columns.length < 6 || !/^\d{1,6}$/.test(name) || !/^\d{1,6}$/.test(disks)) return [];
        const more = [{ text: `${columns.slice(0, -5).join(" ")}, ${disks} disks, ${size}` }];
        return [{ source: "areca", kind: "array", name, status: statusOf(status), more }];
      }),
    ),

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID array", parts),
};
