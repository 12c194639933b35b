import type { Check } from "../judge/check.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * Disks of MegaRAID controllers, as storcli lists them.
 *
 * Section: storcli_physical_disks   Source: `storcli /call/eall/sall show`
 * Params: none
 */
export const storcliPhysicalDisks: Check<readonly RaidPart[]> = {
  section: "storcli_physical_disks",
  params: {},
  parse: (rows) => partsByName(readDisks(rows)),
  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID physical disk", parts),
};

function* readDisks(rows: Iterable<readonly string[]>): Generator<RaidPart, void> {
  let controller = "0";
  let titles: readonly string[] = [];
  for (const row of rows) {
    if (row[0] === "Controller" && row[1] === "=") controller = row[2] ?? controller;
    if (row[0] === "EID:Slt") titles = row;
    const [, enclosure, slot] = /^(\d{0,6}|-):(\d{1,6})$/.exec(row[0] ?? "") ?? [];
    // Where there are both, `State` says whether the disk is configured.
    const status = row[titles.indexOf(titles.includes("Status") ? "Status" : "State")];
    if (slot === undefined || status === undefined) continue;
    const place = enclosure === "" || enclosure === "-" ? "" : `/e${String(enclosure)}`;
    const size = titles.indexOf("Size");
    yield {
      source: "storcli",
      kind: "disk",
      name: `/c${controller}${place}/s${slot}`,
      status: statusOf(status),
      more: [{ text: row.slice(size, size + 2).join(" ") }],
    };
  }
}
