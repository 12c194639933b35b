import { expect, test } from "vitest";
import { threewareUnits } from "../../../poller/checks/3ware_units.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => threewareUnits.parse(rows(...lines));

test("units are services, with how far their work has come", () => {
  const data = parse(
    "c0/u0    RAID-5    OK             -       -       64K     1788.08   ON     OFF",
    "u1    RAID-5    INITIALIZING   84      64K     1396.95   ON     ON      OFF",
    "u2    RAID-5    INOPERABLE     -       -       64K     1788.08   OFF    OFF",
  );
  expect(judged(threewareUnits, data)).toMatchObject([
    { service: "RAID 3ware unit c0/u0", item: "c0/u0", state: OK, summary: "ok, RAID-5" },
    { item: "u1", state: WARN, summary: "initializing, RAID-5, 84% done" },
    { item: "u2", state: CRIT, summary: "inoperable, RAID-5" },
  ]);
  expect(sampleLines(samples(threewareUnits, data))[2]).toBe(
    'roundsman_raid_healthy{source="3ware",kind="array",part="u2"} 0',
  );
});

test("other lines are no units", () => {
  expect(parse("Unit  UnitType  Status", "u0 RAID-5")).toBeUndefined();
});
