import { expect, test } from "vitest";
import { arcRaidStatus } from "../../../poller/checks/arc_raid_status.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => arcRaidStatus.parse(rows(...lines));
const set = (number: number, state: string) =>
  ` ${number}  Raid Set # 00        8 6001.2GB    0.0GB    750.2GB ${state}`;

test("sets are services, by number", () => {
  const data = parse(set(1, "Normal"), set(2, "Degrade"), set(3, "Rebuilding"));
  const results = judged(arcRaidStatus, data);
  expect(results[0]).toMatchObject({
    service: "RAID array 1",
    item: "1",
    summary: "normal, Raid Set # 00, 8 disks, 6001.2GB",
  });
  expect(results.map(({ state }) => state)).toEqual([OK, CRIT, WARN]);
  expect(sampleLines(samples(arcRaidStatus, data))[1]).toBe(
    'roundsman_raid_healthy{source="areca",kind="array",part="2"} 0',
  );
});

test("titles and lines are no sets", () => {
  expect(parse(" #  Name Disks TotalCap  FreeCap MinDiskCap State", "=====")).toBeUndefined();
});
