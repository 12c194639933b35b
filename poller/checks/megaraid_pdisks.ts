import type { Check } from "../judge/check.ts";
import { plural } from "../judge/format.ts";
import { integer } from "../judge/numbers.ts";
import { WARN } from "../judge/state.ts";
import {
  factOf,
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * Disks of MegaRAID controllers.
 *
 * Section: megaraid_pdisks   Source: `MegaCli -PDList -aALL`: some of its lines
 * Systems: Linux, Windows
 * Params: none
 */
export const megaraidPdisks: Check<readonly RaidPart[]> = {
  section: "megaraid_pdisks",
  params: {},

  parse(rows) {
    const disks = new Map<string, Map<string, string>>();
    let adapter = "0";
    let enclosure = "";
    let disk: Map<string, string> | undefined;
    for (const line of rows.lines()) {
      const [, number] = /^Adapter #(\d{1,6})$/.exec(line) ?? [];
      if (number !== undefined) [adapter, disk] = [number, undefined];
      const [key, value] = factOf(line) ?? ["", ""];
      if (key === "enclosure device id") [enclosure, disk] = [value, undefined];
      else if (key === "slot number")
        disks.set(
          `/c${adapter}${/^\d+$/.test(enclosure) ? `/e${enclosure}` : ""}/s${value}`,
          (disk = new Map<string, string>()),
        );
      else disk?.set(key, value);
    }
    return partsByName(Array.from(disks).flatMap(([name, facts]) => readDisk(name, facts)));
  },

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID physical disk", parts),
};

function readDisk(name: string, facts: ReadonlyMap<string, string>): RaidPart[] {
  const status = facts.get("firmware state");
  if (status === undefined) return [];
  const failures = integer(facts.get("predictive failure count")) ?? 0;
  return [
    {
      source: "megaraid",
      kind: "disk",
      name,
      status: statusOf(status),
      more: [
        ...(failures > 0 ? [{ state: WARN, text: plural(failures, "predictive failure") }] : []),
        { text: facts.get("inquiry data")?.replace(/\s+/g, " ") ?? "" },
      ],
    },
  ];
}
