import { expect, test } from "vitest";
import { lnxThermal } from "../../../poller/checks/lnx_thermal.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  lnxThermal.parse(sectionRows(["<<<lnx_thermal:sep(124)>>>", ...lines, ""].join("\n")));
const stateAt = (milliDegrees: number, ...trips: (number | string)[]) =>
  judged(lnxThermal, parse(["thermal_zone3|-|acpitz", milliDegrees, ...trips].join("|")))[0]?.state;

test("temperatures and trip points are exported in degrees", () => {
  const data = parse("thermal_zone0|enabled|pch|60500|106000|critical|-274000|passive");
  expect(sampleLines(samples(lnxThermal, data))).toEqual([
    'node_thermal_zone_temp{zone="0",type="pch"} 60.5',
    'roundsman_thermal_zone_trip_celsius{thermal_zone="0",trip="0",kind="critical"} 106',
  ]);
});

test("each zone is a service", () => {
  const [service] = judged(lnxThermal, parse("thermal_zone0|enabled|acpitz|42000"));
  expect(service).toMatchObject({
    service: "Temperature Zone 0",
    item: "Zone 0",
    state: OK,
    summary: "42 °C, acpitz",
  });
  expect(perfdata(service)).toEqual({ temp: 42 });
});

test("a zone without limits of its own is judged by ours", () => {
  expect([69_999, 70_000, 80_000].map((value) => stateAt(value))).toEqual([OK, WARN, CRIT]);
});

test("what a zone calls hot and critical goes before ours; where fans start does not count", () => {
  const trips = [50_000, "active", 55_000, "passive", 90_000, "hot", 105_000, "critical"];
  expect([85_000, 90_000, 105_000].map((value) => stateAt(value, ...trips))).toEqual([
    OK,
    WARN,
    CRIT,
  ]);
  expect(stateAt(85_000, 55_000, "passive")).toBe(CRIT);
});

test("zones that sleep, and temperatures that cannot be, are left out", () => {
  expect(parse("thermal_zone0|disabled|acpitz|42000")).toBeUndefined();
  expect(parse("thermal_zone0|enabled|acpitz|-274000", "thermal_zone1|-|acpitz|")).toBeUndefined();
});

test("what is no zone is refused", () => {
  expect(() => parse("cooling_device0|enabled|fan|1")).toThrow(ParseError);
});
