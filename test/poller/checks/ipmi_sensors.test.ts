import { expect, test } from "vitest";
import { ipmiSensors } from "../../../poller/checks/ipmi_sensors.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  ipmiSensors.parse(sectionRows(["<<<ipmi_sensors:sep(124)>>>", ...lines, ""].join("\n")));
const TITLES = "ID  | Name         | Type        | Reading    | Units | Event";
const cpu = (event: string) => parse(TITLES, `4 | CPU Temp | Temperature | 41.00 | C | ${event}`);

test("sensors below the titles are read, with what they measure", () => {
  const data = cpu("'OK'");
  expect(judged(ipmiSensors, data)).toMatchObject([
    { service: "IPMI Sensor CPU Temp", item: "CPU Temp", state: OK, summary: "41 °C, OK" },
  ]);
  expect(sampleLines(samples(ipmiSensors, data))).toEqual([
    'roundsman_ipmi_sensor_state{sensor="CPU Temp"} 0',
    'roundsman_ipmi_temperature_celsius{sensor="CPU Temp"} 41',
  ]);
});

test.each([
  ["'At or Above (>=) Upper Non-Critical Threshold'", WARN],
  ["'At or Above (>=) Upper Critical Threshold'", CRIT],
  ["'At or Below (<=) Lower Non-Recoverable Threshold'", CRIT],
  ["'Presence detected' 'Failure detected'", CRIT],
])("an event %s is judged by its words", (event, state) => {
  expect(judged(ipmiSensors, cpu(event))[0]?.state).toBe(state);
});

test("a column of states changes nothing", () => {
  const data = parse("4 | CPU Temp | Temperature | Nominal | 41.00 | C | 'OK'");
  expect(data).toEqual(cpu("'OK'"));
});

test("older versions have reading, unit and limits in one", () => {
  const data = parse("32|Temperature_Ambient|20.00_C_(1.00/42.00)|[OK]", "33|Fan_1|NA(NA/NA)|[NA]");
  expect(data).toEqual([
    {
      name: "Temperature Ambient",
      state: OK,
      status: "OK",
      reading: { value: 20, unit: "°C" },
      levels: { lower: { warn: 1, crit: 1 }, upper: { warn: 42, crit: 42 } },
    },
  ]);
});

test("a sensor without an event is left out, one without a reading is not", () => {
  expect(parse(TITLES, "71 | Fan 2 | Fan | N/A | RPM | N/A")).toBeUndefined();
  expect(parse("72 | PSU | Power Unit | N/A | N/A | 'OK'")).toMatchObject([{ name: "PSU" }]);
});
