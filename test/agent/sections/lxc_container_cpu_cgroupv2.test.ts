import { expect, test } from "vitest";
import { lxcContainerCpuCgroupv2 } from "../../../agent/sections/lxc_container_cpu_cgroupv2.ts";
import { collect, madeUp } from "./host.ts";

const HOST = { "/proc/uptime": "1000.50 1800.25\n", "/proc/stat": "cpu  9\ncpu0 4\ncpu1 5\n" };

test("its own time stands below how long the host is up and the number of processors", async () => {
  const own = { "/sys/fs/cgroup/cpu.stat": "usage_usec 70\nuser_usec 50\nsystem_usec 20\n" };
  const { host } = madeUp({ ...HOST, ...own });
  expect(await collect(lxcContainerCpuCgroupv2, host)).toBe(`<<<lxc_container_cpu_cgroupv2>>>
uptime 1000.50 1800.25
num_cpus 2
usage_usec 70
user_usec 50
system_usec 20
`);
});

test("with control groups of version 1 there is no such section", async () => {
  const { host } = madeUp({ ...HOST, "/sys/fs/cgroup/cpuacct/cpuacct.stat": "user 1\n" });
  expect(await collect(lxcContainerCpuCgroupv2, host)).toBeUndefined();
});
