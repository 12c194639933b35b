import { expect, test } from "vitest";
import { dmraid } from "../../../poller/checks/dmraid.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const disk = (name: string, status: string) =>
  `/dev/${name}: isw, "isw_abcd", GROUP, ${status}, 976773166 sectors, data@ 0 Model: IMAGINARY 500`;
const parse = (...lines: string[]) => dmraid.parse(rows(...lines));

test("sets and disks are services", () => {
  const data = parse(
    "name   : isw_abcd_sys",
    "status : ok",
    disk("sda", "ok"),
    disk("sdb", "broken"),
  );
  expect(judged(dmraid, data)).toMatchObject([
    { service: "DM RAID isw_abcd_sys", item: "isw_abcd_sys", state: OK, summary: "ok" },
    { service: "DM RAID disk sda", state: OK, details: "IMAGINARY 500" },
    { service: "DM RAID disk sdb", item: "sdb", state: CRIT, summary: "broken" },
  ]);
  expect(sampleLines(samples(dmraid, data))).toEqual([
    'roundsman_raid_healthy{source="dmraid",kind="array",part="isw_abcd_sys"} 1',
    'roundsman_raid_healthy{source="dmraid",kind="disk",part="sda"} 1',
    'roundsman_raid_healthy{source="dmraid",kind="disk",part="sdb"} 0',
  ]);
});

test("a status of nothing is no set", () => {
  expect(parse("status : ok", "no raid disks")).toBeUndefined();
});
