import { expect, test } from "vitest";
import { threewareDisks } from "../../../poller/checks/3ware_disks.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => threewareDisks.parse(rows(...lines));

test("disks are services, with their controller or without", () => {
  const data = parse(
    "Port   Status           Unit   Size        Blocks        Serial",
    "p0     OK               u0     298.09 GB   625142448     IM-AGINARY1",
    "c0/p1  SMART_FAILURE    u0     298.09 GB   625142448     IM-AGINARY2",
    "c0/p2  DRIVE-REMOVED    -      -           -             -",
  );
  expect(judged(threewareDisks, data)).toMatchObject([
    { service: "RAID 3ware disk p0", item: "p0", state: OK, summary: "ok, 298.09 GB" },
    { item: "c0/p1", state: WARN, summary: "smart failure, 298.09 GB" },
    { item: "c0/p2", state: CRIT, summary: "drive-removed" },
  ]);
  expect(sampleLines(samples(threewareDisks, data))[0]).toBe(
    'roundsman_raid_healthy{source="3ware",kind="disk",part="p0"} 1',
  );
});

test("a port of which nothing is said is no disk", () => {
  expect(parse("p0", "x1 OK u0 1 GB")).toBeUndefined();
});
