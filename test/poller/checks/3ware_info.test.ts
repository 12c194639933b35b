import { expect, test } from "vitest";
import { threewareInfo } from "../../../poller/checks/3ware_info.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => threewareInfo.parse(rows(...lines));

test("controllers are services", () => {
  const data = parse("c0 9550SXU-4LP 4 3 2 0 1 1 -", "c1 9550SXU-8LP 8 7 3 1 1 1 OK");
  expect(judged(threewareInfo, data)).toMatchObject([
    { service: "RAID 3ware controller c0", item: "c0", state: OK, summary: "ok, 9550SXU-4LP" },
    { item: "c1", state: CRIT, summary: "degraded, 9550SXU-8LP, 1 unit in trouble" },
  ]);
  expect(sampleLines(samples(threewareInfo, data))[1]).toBe(
    'roundsman_raid_healthy{source="3ware",kind="controller",part="c1"} 0',
  );
});

test("the other form tells the model alone", () => {
  const data = parse("/c0 Model = 9550SXU-8LP", "/c0 Firmware Version = FE9X 3.08");
  expect(judged(threewareInfo, data)).toMatchObject([{ item: "c0", summary: "ok, 9550SXU-8LP" }]);
  expect(parse("Ctl Model Ports Drives Units NotOpt RRate VRate BBU", "c0")).toBeUndefined();
});
