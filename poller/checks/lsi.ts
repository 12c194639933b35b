import type { Check } from "../judge/check.ts";
import { type RaidPart, raidMetrics, raidResults, statusOf } from "../readings/raid.ts";

/**
 * Arrays and disks of LSI's older controllers.
 *
 * Section: lsi   Source: `cfggen 0 DISPLAY`, without blanks: VolumeID, Statusofvolume, TargetID, State
 * Params: none
 */
export const lsi: Check<readonly RaidPart[]> = {
  section: "lsi",
  params: {},

  parse(rows) {
    const parts = new Map<string, RaidPart>();
    let name: string | undefined;
    for (const [key = "", value = ""] of rows) {
      const isStatus = key === "Statusofvolume" || key === "State";
      if (/^(?:VolumeID|TargetID)$/.test(key)) name = value;
      else if (isStatus && name !== undefined && value !== "") {
        const kind = key === "State" ? "disk" : "array";
        parts.set(`${kind} ${name}`, { source: "lsi", kind, name, status: statusOf(value) });
      }
    }
    return parts.size === 0 ? undefined : [...parts.values()];
  },

  metrics: raidMetrics,

  *evaluate(parts) {
    yield* raidResults(
      "RAID array",
      parts.filter(({ kind }) => kind === "array"),
    );
    yield* raidResults(
      "RAID disk",
      parts.filter(({ kind }) => kind === "disk"),
    );
  },
};
