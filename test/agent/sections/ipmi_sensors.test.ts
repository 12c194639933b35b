import { expect, test } from "vitest";
import { ipmiSensors } from "../../../agent/sections/ipmi_sensors.ts";
import { collect, madeUp, NOW } from "./host.ts";

const SENSORS = `ID  | Name         | Type        | Reading    | Units | Event
4   | CPU Temp     | Temperature | 41.00      | C     | 'OK'
71  | System Fan 2 | Fan         | N/A        | RPM   | N/A
`;
const TOOL = `#!/bin/sh
case "$*" in *--sensor-types=Temperature,Power_Unit,Fan*) printf '%s' "${SENSORS}" ;; esac
`;

test("temperatures, fans and power are listed, with their age", async () => {
  const { host } = madeUp({ "/dev/ipmi0": "", "/usr/bin/ipmi-sensors": TOOL });
  expect(await collect(ipmiSensors, host)).toBe(
    `<<<ipmi_sensors:sep(124):cached(${NOW},300)>>>\n${SENSORS}`,
  );
});

test("without a controller or its tool there is no section", async () => {
  expect(
    await collect(ipmiSensors, madeUp({ "/usr/bin/ipmi-sensors": TOOL }).host),
  ).toBeUndefined();
  expect(await collect(ipmiSensors, madeUp({ "/dev/ipmi0": "" }).host)).toBeUndefined();
});
