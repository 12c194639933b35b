import type { Check } from "../judge/check.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/**
 * Arrays of MegaRAID controllers, as storcli lists them.
 *
 * Section: storcli_virtual_disks   Source: `storcli /call/vall show all`
 * Params: none
 */
export const storcliVirtualDisks: Check<readonly RaidPart[]> = {
  section: "storcli_virtual_disks",
  params: {},
  parse: (rows) => partsByName(readArrays(rows)),
  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID logical disk", parts),
};

function* readArrays(rows: Iterable<readonly string[]>): Generator<RaidPart, void> {
  let controller = "0";
  let titles: readonly string[] = [];
  for (const row of rows) {
    const [first = ""] = row;
    if (first === "Controller" && row[1] === "=") controller = row[2] ?? controller;
    // Of `/c1/v0 :` only the controller is news: the row below has the number too.
    controller = /^\/c(\d{1,6})\/v\d{1,6}$/.exec(first)?.[1] ?? controller;
    if (/^(?:DG\/)?VD$/.test(first)) titles = row;
    const [, number] = /^(?:(?:\d{1,6}|-)\/)?(\d{1,6})$/.exec(first) ?? [];
    const status = row[titles.indexOf("State")];
    if (number === undefined || status === undefined || !titles.includes("Size")) continue;
    const size = titles.indexOf("Size");
    yield {
      source: "storcli",
      kind: "array",
      name: `/c${controller}/v${number}`,
      status: statusOf(status),
      more: [
        { text: [row[titles.indexOf("TYPE")], ...row.slice(size, size + 2)].join(" ").trim() },
      ],
    };
  }
}
