import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { localFileSystems } from "../../../agent/readings/file_systems.ts";
import { readMounts } from "../../../agent/readings/mountinfo.ts";
import { program, testWith, type Need } from "../../peers.ts";

const shown = (mountinfo: string, zfs = false): readonly string[] =>
  localFileSystems(readMounts(mountinfo), { zfs }).map(
    ({ source, type, mountpoint }) => `${source} ${type} ${mountpoint}`,
  );
const line = (id: number, device: string, root: string, place: string, rest: string): string =>
  `${id} 1 ${device} ${root} ${place} rw - ${rest}\n`;

test("remote file systems, and those without a size, are left out", () => {
  const types = ["nfs4", "cifs", "proc", "cgroup2", "devpts", "squashfs", "devtmpfs", "autofs"];
  const left = types.map((type, i) => line(i, `0:${i}`, "/", `/m/${i}`, `${type} x rw`)).join("");
  expect(shown(left + line(90, "0:90", "/", "/s", "fuse.sshfs me@host:/x rw"))).toEqual([]);
});

test("ZFS is shown in LXC only, elsewhere it has a section of its own", () => {
  const pool = line(9, "0:9", "/", "/pool", "zfs pool rw");
  expect(shown(pool)).toEqual([]);
  expect(shown(pool, true)).toEqual(["pool zfs /pool"]);
});

test("each subvolume of btrfs is shown, a folder of one that is mounted again is not", () => {
  const subvolume = (id: number, root: string, place: string, options: string): string =>
    line(id, "0:30", root, place, `btrfs /dev/sdb rw,${options}`);
  expect(
    shown(
      subvolume(2, "/@", "/", "subvolid=256,subvol=/@") +
        subvolume(3, "/@home", "/home", "subvolid=257,subvol=/@home") +
        subvolume(4, "/@/var/www", "/srv/www", "subvolid=256,subvol=/@"),
    ),
  ).toEqual(["/dev/sdb btrfs /", "/dev/sdb btrfs /home"]);
});

const ownMounts: Need = {
  what: "mounts of our own cannot be made here",
  there: spawnSync("unshare", ["-m", "mount", "--make-rprivate", "/"]).status === 0,
};

/** Run in a mount namespace of its own, so that nobody else sees any of it. */
const SCRIPT = `
set -e
mount --make-rprivate /
mount -t tmpfs top /mnt
cd /mnt
mkdir -p long-name short x 'with blank' over hidden/in seen/in umlaut-ä
mount -t tmpfs one long-name
mkdir long-name/sub
mount --bind long-name short
mount --bind long-name/sub x
mount -t tmpfs 'my disk' 'with blank'
mount -t tmpfs under over
mount -t tmpfs upper over
mount -t tmpfs gone hidden/in
mount -t tmpfs hider hidden
mount -t tmpfs first seen/in
mount -t tmpfs second seen
mkdir seen/in
mount -t tmpfs third seen/in
mount -t tmpfs remote:x umlaut-ä
mkdir umlaut-ä/deep
mount -t tmpfs deep umlaut-ä/deep
mkdir etc
mount --bind /etc etc
mount -t ramfs sizeless x
cat /proc/self/mountinfo
echo ======
df -PTlk -x devtmpfs -x squashfs | sed 1d
`;

testWith(
  program("df"),
  program("unshare"),
  ownMounts,
)("of bind mounts, stacked and hidden mounts those are shown that df shows", () => {
  const output = execFileSync("unshare", ["-m", "sh", "-c", SCRIPT]).toString("latin1");
  const [mountinfo = "", df = ""] = output.split("======\n");
  const rows = df.matchAll(/^(.+?) +(tmpfs|ext4|xfs|overlay|btrfs) +\d.* (\/.*)$/gm);
  const wanted = Array.from(rows, ([, ...columns]) => columns.join(" "));
  expect(wanted.length).toBeGreaterThan(7);
  const types = / (tmpfs|ext4|xfs|overlay|btrfs) \//;
  const ours = shown(mountinfo).filter((row) => types.test(row));
  expect(ours.toSorted()).toEqual(wanted.toSorted());
});
