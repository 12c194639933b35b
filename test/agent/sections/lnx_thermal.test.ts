import { expect, test } from "vitest";
import { lnxThermal } from "../../../agent/sections/lnx_thermal.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

const ZONE = "/sys/class/thermal/thermal_zone0";

test("each zone has its mode, type, temperature and trip points", async () => {
  expect(await collect(lnxThermal, web1())).toBe(`<<<lnx_thermal:sep(124)>>>
thermal_zone0|enabled|acpitz|47000|119000|critical|95000|passive
thermal_zone1|-|x86_pkg_temp|52000
`);
});

test("a temperature is read each time, what is fixed once in five minutes", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { [`${ZONE}/type`]: "cpu\n", [`${ZONE}/temp`]: "40000\n", [`${ZONE}/mode`]: "enabled\n" },
    { now: () => now },
  );
  await collect(lnxThermal, host);
  write(`${ZONE}/temp`, "41000\n");
  write(`${ZONE}/type`, "gpu\n");
  now += 290;
  expect(await collect(lnxThermal, host)).toContain("thermal_zone0|enabled|cpu|41000\n");
  now += 10;
  expect(await collect(lnxThermal, host)).toContain("thermal_zone0|enabled|gpu|41000\n");
});

test("a zone without a temperature has no row", async () => {
  const { host } = madeUp({ [`${ZONE}/type`]: "iwlwifi\n" });
  expect(await collect(lnxThermal, host)).toBe("<<<lnx_thermal:sep(124)>>>\n");
});

test("without zones there is no section", async () => {
  const { host } = madeUp({ "/sys/class/thermal/cooling_device0/type": "fan\n" });
  expect(await collect(lnxThermal, host)).toBeUndefined();
});
