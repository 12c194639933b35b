import { expect, test } from "vitest";
import { dockerContainerMem } from "../../../agent/sections/docker_container_mem.ts";
import { collect, madeUp } from "./host.ts";

const MEMORY = "/sys/fs/cgroup/memory/memory";

test("memory is told with use, limit, and what the host has", async () => {
  const { host } = madeUp({
    [`${MEMORY}.stat`]: "cache 4096\nrss 8192\ntotal_rss 8192\n",
    [`${MEMORY}.usage_in_bytes`]: "12288\n",
    [`${MEMORY}.limit_in_bytes`]: "9223372036854771712\n",
    "/proc/meminfo": "MemTotal:        8000000 kB\nMemFree:         1 kB\n",
  });
  expect(await collect(dockerContainerMem, host)).toBe(`<<<docker_container_mem>>>
cache 4096
rss 8192
total_rss 8192
usage_in_bytes 12288
limit_in_bytes 9223372036854771712
MemTotal:        8000000 kB
`);
});

test("with control groups of version 2 there is no such section", async () => {
  const { host } = madeUp({ "/sys/fs/cgroup/memory.stat": "anon 1\n" });
  expect(await collect(dockerContainerMem, host)).toBeUndefined();
});
