import type { Check } from "../judge/check.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

const ROW = /^(\d{1,6})\s+(\S.*?)\s+(\d{1,6})\s+([\d.]+[KMGTP]?B)\s+\S+\s+\S+\s+(\S+)$/;

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
      Array.from(rows.lines()).flatMap((line): RaidPart[] => {
        const [, name, title, disks, size, status = ""] = ROW.exec(line) ?? [];
        if (name === undefined) return [];
        const more = [{ text: `${String(title)}, ${String(disks)} disks, ${String(size)}` }];
        return [{ source: "areca", kind: "array", name, status: statusOf(status), more }];
      }),
    ),

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID array", parts),
};
