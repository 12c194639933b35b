import { expect, test } from "vitest";
import { ipmi } from "../../../poller/checks/ipmi.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows, sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  ipmi.parse(sectionRows(["<<<ipmi:sep(124)>>>", ...lines, ""].join("\n")));
const NONE = "na | na | na | na | na | na";
const ambient = (value: string, status = "ok") =>
  parse(`Ambient | ${value} | degrees C | ${status} | na | 5.0 | 10.0 | 38.0 | 42.0 | na`);

test("readings are exported by what they measure", () => {
  const data = parse(
    `Ambient | 21.500 | degrees C | ok | ${NONE}`,
    `Fan 1 | 4200.000 | RPM | ok | ${NONE}`,
    `12V | 12.1 | Volts | ok | ${NONE}`,
    `PS1 Current | 0.4 | Amps | ok | ${NONE}`,
    `PS1 Input | 90 | Watts | ok | ${NONE}`,
    `Load | 25 | percent | cr | ${NONE}`,
  );
  expect(sampleLines(samples(ipmi, data)).filter((line) => !line.includes("_state"))).toEqual([
    'roundsman_ipmi_temperature_celsius{sensor="Ambient"} 21.5',
    'roundsman_ipmi_fan_speed_rpm{sensor="Fan 1"} 4200',
    'roundsman_ipmi_voltage_volts{sensor="12V"} 12.1',
    'roundsman_ipmi_current_amperes{sensor="PS1 Current"} 0.4',
    'roundsman_ipmi_power_watts{sensor="PS1 Input"} 90',
    'roundsman_ipmi_load_ratio{sensor="Load"} 0.25',
  ]);
  expect(sampleLines(samples(ipmi, data))).toContain(
    'roundsman_ipmi_sensor_state{sensor="Load"} 2',
  );
});

test("each sensor is a service", () => {
  const [service] = judged(ipmi, ambient("21.500"));
  expect(service).toMatchObject({
    service: "IPMI Sensor Ambient",
    item: "Ambient",
    state: OK,
    summary: "21.5 °C, ok",
  });
  expect(perfdata(service)).toEqual({ temp: 21.5 });
});

test("readings are judged by the controller's thresholds, unless its word shall do", () => {
  expect(["38", "42", "9.9", "4.9"].map((value) => judged(ipmi, ambient(value))[0]?.state)).toEqual(
    [WARN, CRIT, WARN, CRIT],
  );
  const params = { thresholds: false };
  expect(judged(ipmi, ambient("42"), { params })[0]?.state).toBe(OK);
  expect(judged(ipmi, ambient("21", "nc"), { params })[0]?.state).toBe(WARN);
  expect(judged(ipmi, ambient("21", "nr"), { params })[0]?.state).toBe(CRIT);
});

test("sensors without a reading are left out, those of one name told apart", () => {
  const temp = `Temp | 30 | degrees C | ok | ${NONE}`;
  expect(parse(`Fan 2 | na | RPM | na | ${NONE}`)).toBeUndefined();
  expect(parse(temp, temp, temp)?.map(({ name }) => name)).toEqual(["Temp", "Temp 2", "Temp 3"]);
});

test("older agents have blanks between, and _ within", () => {
  expect(ipmi.parse(rows("CPU_Temp 41.0 degrees_C ok na na na 80 90 na"))).toMatchObject([
    { name: "CPU_Temp", reading: { value: 41, unit: "°C" } },
  ]);
});

test("what is no sensor is refused, and no line at all is no section", () => {
  expect(() => parse("Could not open device")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});
