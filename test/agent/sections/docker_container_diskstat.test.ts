import { expect, test } from "vitest";
import { dockerContainerDiskstat } from "../../../agent/sections/docker_container_diskstat.ts";
import { collect, madeUp, NOW } from "./host.ts";

const THROTTLE = "/sys/fs/cgroup/blkio/blkio.throttle";

test("bytes and operations are told by number, and which disk has which", async () => {
  const { host } = madeUp({
    [`${THROTTLE}.io_service_bytes`]: "8:0 Read 4096\n8:0 Write 512\nTotal 4608\n",
    [`${THROTTLE}.io_serviced`]: "8:0 Read 1\n8:0 Write 1\nTotal 2\n",
    "/sys/block/sda/dev": "8:0\n",
    "/sys/block/dm-0/dev": "253:0\n",
  });
  expect(await collect(dockerContainerDiskstat, host)).toBe(`<<<docker_container_diskstat>>>
[time]
${NOW}
[io_service_bytes]
8:0 Read 4096
8:0 Write 512
Total 4608
[io_serviced]
8:0 Read 1
8:0 Write 1
Total 2
[names]
dm-0 253:0
sda 8:0
`);
});

test("with control groups of version 2 there is no such section", async () => {
  const { host } = madeUp({ "/sys/fs/cgroup/io.stat": "8:0 rbytes=1\n" });
  expect(await collect(dockerContainerDiskstat, host)).toBeUndefined();
});
