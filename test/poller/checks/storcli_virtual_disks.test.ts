import { expect, test } from "vitest";
import { storcliVirtualDisks } from "../../../poller/checks/storcli_virtual_disks.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => storcliVirtualDisks.parse(rows(...lines));
const TITLES = "DG/VD TYPE  State Access Consist Cache Cac sCC       Size Name";

test("arrays are services, by the numbers of controller and array", () => {
  const data = parse(
    "Controller = 0",
    "/c0/v0 :",
    TITLES,
    "0/0   RAID1 Optl  RW     Yes     RWBC  -   ON  1.818 TB SYSTEM",
    "/c1/v3 :",
    TITLES,
    "0/3   RAID5 Dgrd  RW     Yes     RWBC  -   ON  9.094 TB",
  );
  expect(judged(storcliVirtualDisks, data)).toMatchObject([
    {
      service: "RAID logical disk /c0/v0",
      item: "/c0/v0",
      state: OK,
      summary: "optimal, RAID1 1.818 TB",
    },
    { service: "RAID logical disk /c1/v3", state: CRIT, summary: "degraded, RAID5 9.094 TB" },
  ]);
  expect(sampleLines(samples(storcliVirtualDisks, data))[0]).toBe(
    'roundsman_raid_healthy{source="storcli",kind="array",part="/c0/v0"} 1',
  );
});

test("physical disks of an array, listed below it, are not meant", () => {
  const data = parse(
    "Controller = 0",
    TITLES,
    "0/0 RAID1 Optl RW Yes RWBC - ON 1.818 TB SYSTEM",
    "EID:Slt DID State DG Size",
    "252:0 7 Onln 0 1.818 TB",
  );
  expect(data).toHaveLength(1);
  expect(parse("0/0 RAID1 Optl RW Yes RWBC - ON 1.818 TB")).toBeUndefined();
});
