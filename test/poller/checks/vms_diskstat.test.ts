import { expect, test } from "vitest";
import { vmsDiskstat } from "../../../poller/checks/vms_diskstat.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const MIB = 2 ** 20;
const data = vmsDiskstat.parse(rows("$1$DGA1122: TEST_WORK 8192 6144 0.50", "DATA 2048 102 1.10"));

test("a disk is a file system under its label, in blocks of half a KiB", () => {
  const results = judged(vmsDiskstat, data);
  expect(results).toMatchObject([
    { service: "Filesystem TEST_WORK", state: OK, summary: "Used: 25% - 1 MiB of 4 MiB" },
    { service: "Filesystem DATA", state: CRIT },
  ]);
  expect(perfdata(results[0])).toMatchObject({ fs_used: MIB, fs_size: 4 * MIB });
});

test("space and operations are exported; older agents name no device", () => {
  const lines = sampleLines(samples(vmsDiskstat, data));
  expect(lines).toContain(
    `node_filesystem_avail_bytes{device="$1$DGA1122",fstype="",mountpoint="TEST_WORK"} ${3 * MIB}`,
  );
  expect(lines).toContain(
    `node_filesystem_size_bytes{device="",fstype="",mountpoint="DATA"} ${MIB}`,
  );
  expect(lines).toContain('roundsman_vms_disk_operations_per_second{disk="DATA"} 1.1');
});

test("lines without sizes say nothing", () => {
  expect(vmsDiskstat.parse(rows("DATA much more 1.0", "1 2 3"))).toBeUndefined();
});
