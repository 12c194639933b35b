import { expect, test } from "vitest";
import { mounts } from "../../../agent/sections/mounts.ts";
import { collect, madeUp, web1 } from "./host.ts";

test("devices are listed as the kernel has them, without squashfs", async () => {
  expect(await collect(mounts, web1())).toBe(`<<<mounts>>>
/dev/mapper/ship-root / ext4 rw,relatime,errors=remount-ro 0 0
/dev/nvme0n1p1 /boot/efi vfat rw,relatime,fmask=0077 0 0
/dev/mapper/vault /srv/my\\040vault xfs rw,relatime 0 0
/dev/mapper/ship-root /srv/images ext4 rw,relatime,errors=remount-ro 0 0
/dev/sda1 /mnt/archive fuseblk rw,relatime,user_id=0 0 0
`);
});

test("where no device is mounted the section is empty, without the file there is none", async () => {
  const { host } = madeUp({ "/proc/mounts": "overlay / overlay rw 0 0\nproc /proc proc rw 0 0\n" });
  expect(await collect(mounts, host)).toBe("<<<mounts>>>\n");
  expect(await collect(mounts, madeUp({}).host)).toBeUndefined();
});
