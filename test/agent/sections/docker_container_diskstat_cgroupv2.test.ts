import { expect, test } from "vitest";
import { dockerContainerDiskstatCgroupv2 } from "../../../agent/sections/docker_container_diskstat_cgroupv2.ts";
import { collect, madeUp, NOW } from "./host.ts";

test("counters are told by number, and which disk has which", async () => {
  const { host } = madeUp({
    "/sys/fs/cgroup/io.stat": "8:0 rbytes=4096 wbytes=512 rios=1 wios=1 dbytes=0 dios=0\n",
    "/sys/block/sda/dev": "8:0\n",
  });
  expect(await collect(dockerContainerDiskstatCgroupv2, host))
    .toBe(`<<<docker_container_diskstat_cgroupv2>>>
[time]
${NOW}
[io.stat]
8:0 rbytes=4096 wbytes=512 rios=1 wios=1 dbytes=0 dios=0
[names]
sda 8:0
`);
});

test("a container that did nothing yet has a section, one with version 1 none", async () => {
  const { host } = madeUp({ "/sys/fs/cgroup/io.stat": "" });
  expect(await collect(dockerContainerDiskstatCgroupv2, host)).toContain("[io.stat]\n[names]\n");
  expect(await collect(dockerContainerDiskstatCgroupv2, madeUp({}).host)).toBeUndefined();
});
