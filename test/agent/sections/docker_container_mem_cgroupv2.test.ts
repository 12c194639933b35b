import { expect, test } from "vitest";
import { dockerContainerMemCgroupv2 } from "../../../agent/sections/docker_container_mem_cgroupv2.ts";
import { collect, madeUp } from "./host.ts";

test("memory is told with use, limit, and what the host has", async () => {
  const { host } = madeUp({
    "/sys/fs/cgroup/memory.stat": "anon 8192\nfile 4096\n",
    "/sys/fs/cgroup/memory.current": "12288\n",
    "/sys/fs/cgroup/memory.max": "max\n",
    "/proc/meminfo": "MemTotal:        8000000 kB\n",
  });
  expect(await collect(dockerContainerMemCgroupv2, host)).toBe(`<<<docker_container_mem_cgroupv2>>>
anon 8192
file 4096
memory.current 12288
memory.max max
MemTotal:        8000000 kB
`);
});

test("with control groups of version 1 there is no such section", async () => {
  const { host } = madeUp({ "/sys/fs/cgroup/memory/memory.stat": "cache 1\n" });
  expect(await collect(dockerContainerMemCgroupv2, host)).toBeUndefined();
});
