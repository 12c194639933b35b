import { expect, test } from "vitest";
import {
  cpuV1,
  cpuV2,
  disks,
  memTotal,
  named,
  processors,
} from "../../../agent/readings/cgroup.ts";
import { madeUp, NOW } from "../sections/host.ts";

test("files stand after their names on a line each; absent ones do not", () => {
  const { host } = madeUp({ "/sys/fs/cgroup/memory.max": "max\n" });
  expect(named(host, { limit: "memory.max", use: "memory.current" })).toBe("limit max\n");
});

test("what the host below has is told of it alone", () => {
  const { host } = madeUp({
    "/proc/meminfo": "MemTotal:        8000 kB\nMemFree:         4000 kB\n",
    "/proc/stat": "cpu  1 2 3\ncpu0 1 2 3\ncpu1 0 0 0\ncpufreq 1\nbtime 1\n",
  });
  expect(memTotal(host)).toBe("MemTotal:        8000 kB\n");
  expect(processors(host)).toBe("num_cpus 2\n");
  expect(memTotal(madeUp({}).host)).toBe("");
});

test("without control groups of a version there is no time of CPU by it", () => {
  const { host } = madeUp({ "/proc/stat": "cpu  1\n", "/proc/uptime": "1.0 2.0\n" });
  expect(cpuV1(host)).toBeUndefined();
  expect(cpuV2(host)).toBeUndefined();
});

test("counters of disks stand between the time and the names of all disks", async () => {
  const { host } = madeUp({ "/sys/block/sda/dev": "8:0\n", "/sys/block/gone/size": "0\n" });
  expect(await disks(host, "[x]\n1\n")).toBe(`[time]\n${NOW}\n[x]\n1\n[names]\nsda 8:0\n`);
});
