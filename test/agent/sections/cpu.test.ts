import { expect, test } from "vitest";
import { cpu } from "../../../agent/sections/cpu.ts";
import { collect, madeUp, web1 } from "./host.ts";

test("the load stands with the number of processors, and the limit of threads below", async () => {
  expect(await collect(cpu, web1())).toBe("<<<cpu>>>\n0.42 0.37 0.30 2/187 4242 2\n62731\n");
});

test("without a load there is no section, without a limit there is no line for it", async () => {
  expect(await collect(cpu, madeUp({ "/proc/stat": "cpu0 1\n" }).host)).toBeUndefined();
  const { host } = madeUp({
    "/proc/loadavg": "1.00 2.00 3.00 1/2 3\n",
    "/proc/stat": "cpu  1\ncpu0 1\n",
  });
  expect(await collect(cpu, host)).toBe("<<<cpu>>>\n1.00 2.00 3.00 1/2 3 1\n");
});
