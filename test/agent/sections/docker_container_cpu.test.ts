import { expect, test } from "vitest";
import { dockerContainerCpu } from "../../../agent/sections/docker_container_cpu.ts";
import { collect, madeUp } from "./host.ts";

const STAT = { "/proc/stat": "cpu  900 0 100 4000 7 0 3 0 0 0\ncpu0 1\ncpu1 2\nctxt 5\n" };

test("its own time stands below that of the host and the number of processors", async () => {
  const own = { "/sys/fs/cgroup/cpuacct/cpuacct.stat": "user 450\nsystem 50\n" };
  const { host } = madeUp({ ...STAT, ...own });
  expect(await collect(dockerContainerCpu, host)).toBe(`<<<docker_container_cpu>>>
cpu  900 0 100 4000 7 0 3 0 0 0
num_cpus 2
user 450
system 50
`);
});

test("with control groups of version 2 there is no such section", async () => {
  const { host } = madeUp({ ...STAT, "/sys/fs/cgroup/cpu.stat": "usage_usec 1\n" });
  expect(await collect(dockerContainerCpu, host)).toBeUndefined();
});
