import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { Collection } from "../../../agent/collection.ts";
import { dfV2 } from "../../../agent/sections/df_v2.ts";
import { program, testWith } from "../../peers.ts";
import { collect, lackOf, madeUp, NOW, thisMachine, web1, type MadeUp } from "./host.ts";

const SIZE = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 300, files: 100, ffree: 1 };
const EXT4 = "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
const FUSE = "28 27 0:40 / /mnt/fuse rw - fuse.archive archive rw\n";

const hostWith = (files: Record<string, string>, now?: () => number): MadeUp =>
  madeUp(
    {
      "/proc/self/mountinfo": EXT4,
      "/statfs.json": JSON.stringify({ "/": SIZE }),
      ...files,
    },
    now && { now },
  );

test("space, inodes and ids of every local file system, each once, percent rounded up", async () => {
  expect(await collect(dfV2, web1())).toBe(`<<<df_v2>>>
tmpfs tmpfs 800000 2000 798000 1% /run
/dev/mapper/ship-root ext4 96000000 60000000 32000000 66% /
efivarfs efivarfs 246        92       150      39% /sys/firmware/efi/efivars
/dev/nvme0n1p1 vfat 523265 6144 517121 2% /boot/efi
/dev/mapper/vault xfs 396000000 0 396000000 0% /srv/my vault
/dev/sda1 fuseblk 976762580 400000000 576762580      41% /mnt/archive
<<<df_v2>>>
[df_inodes_start]
tmpfs tmpfs 900000 900 899100 1% /run
/dev/mapper/ship-root ext4 6000000 500000 5500000 9% /
efivarfs efivarfs 0     0         0     - /sys/firmware/efi/efivars
/dev/nvme0n1p1 vfat 0 0 0 - /boot/efi
/dev/mapper/vault xfs 198000000 3 197999997 1% /srv/my vault
/dev/sda1 fuseblk 577000000 12345 576987655    1% /mnt/archive
[df_inodes_end]
[df_lsblk_start]
NAME                        UUID
/dev/nvme0n1                
/dev/nvme0n1p1              1A2B-3C4D
/dev/mapper/ship-root       11111111-2222-3333-4444-555555555555
[df_lsblk_end]
`);
});

test("without commands there is what the kernel says", async () => {
  const { host } = hostWith({ "/proc/self/mountinfo": EXT4 + FUSE });
  expect(await collect(dfV2, host)).toBe(`<<<df_v2>>>
/dev/sda1 ext4 4000 2400 1200 67% /
<<<df_v2>>>
[df_inodes_start]
/dev/sda1 ext4 100 99 1 99% /
[df_inodes_end]
`);
  expect(await lackOf(dfV2, host)).toEqual([]);
});

test("a df that hangs costs its own rows, is reported, and is not started again for a minute", async () => {
  let now = NOW;
  const { host, write } = hostWith(
    {
      "/proc/self/mountinfo": EXT4 + FUSE,
      "/usr/bin/df": `#!/bin/sh\nexec /bin/sleep 60\n`,
    },
    () => now,
  );
  const collection = new Collection(dfV2, host);
  await collection.run();
  expect(collection.ready(10)?.body).toMatchObject([
    { text: "/dev/sda1 ext4 4000 2400 1200 67% /\n" },
    { text: expect.stringContaining("/dev/sda1 ext4 100 99 1 99% /\n") as string },
  ]);
  expect(collection.account()?.error).toBe("df -PTk /mnt/fuse took longer than 5 s");

  write("/usr/bin/df", "#!/bin/sh\necho 'archive fuse.archive 8 4 4 50% /mnt/fuse'\n");
  now += 50;
  expect(await lackOf(dfV2, host)).toHaveLength(1);
  now += 10;
  expect(await collect(dfV2, host)).toContain("archive fuse.archive 8 4 4 50% /mnt/fuse\n");
  expect(await lackOf(dfV2, host)).toEqual([]);
});

test("an lsblk that fails costs the ids only", async () => {
  const { host } = hostWith({ "/usr/bin/lsblk": "#!/bin/sh\necho broken >&2\nexit 2\n" });
  expect(await collect(dfV2, host)).toMatch(/67% \/\n(.|\n)*\[df_inodes_end\]\n$/);
  expect(await lackOf(dfV2, host)).toEqual([
    "lsblk --list --paths --output NAME,UUID ended with exit code 2: broken",
  ]);
});

test("lsblk runs again when the devices change, else after a quarter of an hour", async () => {
  let now = NOW;
  const { host, write } = hostWith(
    { "/proc/partitions": "sda\n", "/usr/bin/lsblk": "#!/bin/sh\necho first\n" },
    () => now,
  );
  await collect(dfV2, host);
  write("/usr/bin/lsblk", "#!/bin/sh\necho second\n");
  now += 800;
  expect(await collect(dfV2, host)).toContain("[df_lsblk_start]\nfirst\n[df_lsblk_end]\n");
  write("/proc/partitions", "sda\nsdb\n");
  expect(await collect(dfV2, host)).toContain("[df_lsblk_start]\nsecond\n[df_lsblk_end]\n");
  write("/usr/bin/lsblk", "#!/bin/sh\necho third\n");
  now += 900;
  expect(await collect(dfV2, host)).toContain("[df_lsblk_start]\nthird\n[df_lsblk_end]\n");
});

test("names that were chosen to mislead stay in their columns and on their line", async () => {
  const place = "/mnt/a\\040b\\012<<<evil>>>";
  const { host } = hostWith({
    "/proc/self/mountinfo": `${EXT4}30 27 0:9 / ${place} rw - tmpfs my\\040disk\\033 rw\n`,
    "/statfs.json": JSON.stringify({ "/": SIZE, "/mnt/a b\n<<<evil>>>": SIZE }),
  });
  expect(await collect(dfV2, host)).toContain(
    "\nmy\\040disk? tmpfs 4000 2400 1200 67% /mnt/a b?<<<evil>>>\n",
  );
});

test("what df says is taken by mountpoint, whatever a device calls itself", async () => {
  const { host } = hostWith({
    "/proc/self/mountinfo":
      "28 27 0:40 / /mnt/f\xc3\xbcse rw - fuse.x <<<evil\\0401\\0402\\0403\\0404%\\040/etc rw\n",
    "/usr/bin/df": `#!/bin/sh\necho "<<<evil 1 2 3 4% /etc fuse.x 8 4 4 50% $2"\necho ">>>"\n`,
  });
  expect(await collect(dfV2, host)).toContain("<<<df_v2>>>\n<<<df_v2>>>\n");
  const { host: tame } = hostWith({
    "/proc/self/mountinfo": "28 27 0:40 / /mnt/f\xc3\xbcse rw - fuse.x x rw\n",
    "/usr/bin/df": `#!/bin/sh\necho "x fuse.x 8 4 4 50% $2"\n`,
  });
  expect(await collect(dfV2, tame)).toContain("x fuse.x 8 4 4 50% /mnt/füse\n");
});

test.each(["", "garbage\n\n - \n", "1 2 3 4 5 - \n"])("%j gives an empty section", async (text) => {
  const { host } = hostWith({ "/proc/self/mountinfo": text });
  expect(await collect(dfV2, host)).toBe(
    "<<<df_v2>>>\n<<<df_v2>>>\n[df_inodes_start]\n[df_inodes_end]\n",
  );
});

test("without the file there is no section", async () => {
  expect(await collect(dfV2, madeUp({}).host)).toBeUndefined();
});

testWith(program("df"))("on this machine the rows are those of df", async () => {
  const left = ["devtmpfs", "squashfs", "iso9660", "udf", "autofs", "zfs"];
  const args = ["-PTlk", ...left.flatMap((type) => ["-x", type])];
  const df = execFileSync("df", args, { encoding: "utf8" }).split("\n").slice(1, -1);
  const ours = (await collect(dfV2, thisMachine()))?.split("<<<df_v2>>>\n")[1]?.split("\n") ?? [];
  // Device, type, size and place; what is used changes between the two.
  const lasting = (row: string): string =>
    row.replace(/^(\S+) +(\S+) +(\d+) +\d+ +\d+ +(?:\d+%|-) (.*)$/, "$1 $2 $3 $4");
  expect(ours.slice(0, -1).map(lasting).toSorted()).toEqual(df.map(lasting).toSorted());
});
