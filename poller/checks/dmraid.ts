import type { Check } from "../judge/check.ts";
import {
  factOf,
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/** `/dev/sda: isw, "isw_system", GROUP, ok, 976773166 sectors, data@ 0 Model: WDC …` */
const DISK = /^\/dev\/(\S+?): \S+, "[^"]*", \S+, (\w+), (.*)$/;

/**
 * Sets of dmraid and their disks.
 *
 * Section: dmraid   Source: `dmraid -s`, `dmraid -r` (dmraid(8)), /sys/block/NAME/device/model
 * Params: none
 */
export const dmraid: Check<readonly RaidPart[]> = {
  section: "dmraid",
  params: {},
  parse: (rows) => partsByName(readParts(rows.lines())),
  metrics: raidMetrics,

  *evaluate(parts) {
    yield* raidResults(
      "DM RAID",
      parts.filter(({ kind }) => kind === "array"),
    );
    yield* raidResults(
      "DM RAID disk",
      parts.filter(({ kind }) => kind === "disk"),
    );
  },
};

function* readParts(lines: Iterable<string>): Generator<RaidPart, void> {
  let name: string | undefined;
  for (const line of lines) {
    const [, disk, status = "", text = ""] = DISK.exec(line) ?? [];
    const [key, value = ""] = factOf(line) ?? [];
    if (disk !== undefined) {
      const [, model = ""] = text.split("Model: ", 2);
      const more = [{ text: model.trim(), quiet: true }];
      yield { source: "dmraid", kind: "disk", name: disk, status: statusOf(status), more };
    } else if (key === "name") name = value;
    else if (key === "status" && name !== undefined)
      yield { source: "dmraid", kind: "array", name, status: statusOf(value) };
  }
}
