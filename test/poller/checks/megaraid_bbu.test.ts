import { expect, test } from "vitest";
import { megaraidBbu } from "../../../poller/checks/megaraid_bbu.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => megaraidBbu.parse(rows(...lines));
const BATTERY = [
  "BBU status for Adapter: 0",
  "BatteryType: iBBU",
  "Battery State     : Optimal",
  "  Battery Pack Missing                    : No",
  "Relative State of Charge: 99 %",
];

test("a battery is a service", () => {
  expect(judged(megaraidBbu, parse(...BATTERY))).toMatchObject([
    { service: "RAID battery /c0", item: "/c0", state: OK, summary: "optimal, Charge: 99 %" },
  ]);
  expect(sampleLines(samples(megaraidBbu, parse(...BATTERY)))).toEqual([
    'roundsman_raid_healthy{source="megaraid",kind="battery",part="/c0"} 1',
  ]);
});

test.each([
  ["Battery Pack Missing: Yes", CRIT],
  ["Battery Replacement required: Yes", CRIT],
  ["Pack is about to fail & should be replaced : Yes", CRIT],
  ["Remaining Capacity Low : Yes", WARN],
  ["isSOHGood: No", WARN],
  ["Learn Cycle Requested: Yes", OK],
  ["Battery State: Failed", CRIT],
  ["Battery State: Learning", OK],
  ["Battery State: Curious", UNKNOWN],
])("%s is judged so", (line, state) => {
  expect(judged(megaraidBbu, parse(...BATTERY, line))[0]?.state).toBe(state);
});

test("a controller of which nothing is said has none", () => {
  expect(parse("BBU status for Adapter: 0")).toBeUndefined();
  expect(judged(megaraidBbu, parse("BBU status for Adapter: 1", "Voltage: 4049 mV"))).toMatchObject(
    [{ item: "/c1", state: OK }],
  );
});
