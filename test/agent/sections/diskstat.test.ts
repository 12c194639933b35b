import { expect, test } from "vitest";
import { diskstat } from "../../../agent/sections/diskstat.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

test("disks have their counters, volumes and makers their names", async () => {
  expect(await collect(diskstat, web1())).toBe(`<<<diskstat>>>
${NOW}
 259       0 nvme0n1 41000 12 3280000 9000 52000 300 6240000 31000 0 44000 40000 0 0 0 0 900 700
   8       0 sda 700 3 56000 4100 90 0 7200 800 0 3900 4900 0 0 0 0 0 0
   8       1 sda1 690 3 55000 4000 90 0 7200 800 0 3800 4800 0 0 0 0 0 0
 253       0 dm-0 40500 0 3240000 9100 52300 0 6240000 33000 0 44100 42100 0 0 0 0 0 0
 253       1 dm-1 40 0 320 12 0 0 0 0 0 12 12 0 0 0 0 0 0
 253       2 dm-2 300 0 24000 100 0 0 0 0 0 90 100 0 0 0 0 0 0
[dmsetup_info]
ship-root 253:0 ship root
ship-swap--space 253:1 ship swap-space
vault 253:2
[device_wwn]
wwn-0x5000c500a1b2c3d4 /dev/sda
wwn-0x5000c500a1b2c3d4-part1 /dev/sda1
`);
});

test.each(["sda", "hdb2", "xvda1", "vdc", "nvme10n2", "mmcblk0p1", "dm-12", "bcache0", "dasda1"])(
  "%s is a disk",
  async (name) => {
    const { host } = madeUp({ "/proc/diskstats": `   8       0 ${name} 1 2 3\n` });
    expect(await collect(diskstat, host)).toContain(` ${name} 1 2 3\n`);
  },
);

test.each(["loop0", "ram3", "zram0", "sr0", "fd0", "md0", "nvme0n1p1", "<<<sda>>>"])(
  "%s is none",
  async (name) => {
    const { host } = madeUp({ "/proc/diskstats": `   7       0 ${name} 1 2 3\n` });
    expect(await collect(diskstat, host)).toBe(`<<<diskstat>>>\n${NOW}\n[dmsetup_info]\n`);
  },
);

test.each([
  ["a-b", "a b"],
  ["a--b-c--d", "a-b c-d"],
  ["a---b", "a- b"],
  ["pool-data-tpool", "pool data"],
  ["alone", ""],
])("the volume %s is of %s", async (name, words) => {
  const { host } = madeUp({
    "/proc/diskstats": "",
    "/sys/block/dm-0/dev": "253:0\n",
    "/sys/block/dm-0/dm/name": `${name}\n`,
    "/sys/block/dm-0/dm/uuid": "LVM-1234\n",
  });
  expect(await collect(diskstat, host)).toContain(
    `[dmsetup_info]\n${`${name} 253:0 ${words}`.trim()}\n`,
  );
});

test("names are read again when there are other devices", async () => {
  const { host, write } = madeUp({ "/proc/diskstats": "", "/proc/partitions": "one\n" });
  await collect(diskstat, host);
  write("/sys/block/dm-0/dm/name", "late\n");
  write("/sys/block/dm-0/dev", "253:0\n");
  expect(await collect(diskstat, host)).not.toContain("late");
  write("/proc/partitions", "two\n");
  expect(await collect(diskstat, host)).toContain("late 253:0\n");
});

test("without the table there is no section", async () => {
  expect(await collect(diskstat, madeUp({}).host)).toBeUndefined();
});
