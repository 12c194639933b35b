import type { Check } from "../judge/check.ts";
import {
  factOf,
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * Arrays of MegaRAID controllers.
 *
 * Section: megaraid_ldisks   Source: `MegaCli -LDInfo -Lall -aALL`: some of its lines
 * Systems: Linux, Windows
 * Params: none
 */
export const megaraidLdisks: Check<readonly RaidPart[]> = {
  section: "megaraid_ldisks",
  params: {},

  parse(rows) {
    const arrays = new Map<string, Map<string, string>>();
    let adapter = "0";
    let array: Map<string, string> | undefined;
    for (const line of rows.lines()) {
      const [, number] = /^Adapter (\d{1,6})\b/.exec(line) ?? [];
      if (number !== undefined) [adapter, array] = [number, undefined];
      const [key, value] = factOf(line) ?? ["", ""];
      if (/^(?:cachecade )?virtual (?:disk|drive)$/.test(key))
        arrays.set(
          `/c${adapter}/v${value.split(" ", 1)[0] ?? ""}`,
          (array = new Map<string, string>()),
        );
      else array?.set(key, value);
    }
    return partsByName(
      Array.from(arrays).flatMap(([name, facts]): RaidPart[] => {
        const status = facts.get("state");
        if (status === undefined) return [];
        const more = [{ text: facts.get("size") ?? "" }];
        return [{ source: "megaraid", kind: "array", name, status: statusOf(status), more }];
      }),
    );
  },

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID logical disk", parts),
};
