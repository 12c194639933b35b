import { expect, test } from "vitest";
import { dockerContainerDiskstatCgroupv2 } from "../../../poller/checks/docker_container_diskstat_cgroupv2.ts";
import { rows } from "../rows.ts";

test("it comes to the same as with version 1", () => {
  const data = dockerContainerDiskstatCgroupv2.parse(
    rows(
      "[time]",
      "1700000000",
      "[io.stat]",
      "259:0 rbytes=1000 wbytes=500 rios=7 wios=20 dbytes=0 dios=0",
      "9:1 rbytes=1",
      "[names]",
      "nvme0n1 259:0",
    ),
  );
  expect(data).toEqual({
    time: 1_700_000_000,
    disks: [
      { device: "nvme0n1", read: 1000, written: 500, reads: 7, writes: 20 },
      { device: "9:1", read: 1 },
    ],
  });
});
