import { expect, test } from "vitest";
import { df } from "../../../poller/checks/df.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged } from "../judging.ts";
import { rows, sectionRows } from "../rows.ts";

test("FreeBSD lists file systems with their types and long names of devices", () => {
  const data = df.parse(
    rows(
      "/dev/gptid/0f0f0f0f-1111-2222-3333-444444444444  ufs  1000  100  820  11%  /",
      "/dev/md0                                         ufs    34    1   30   3%  /var/run",
    ),
  );
  expect(data).toMatchObject([
    { device: "/dev/gptid/0f0f0f0f-1111-2222-3333-444444444444", fstype: "ufs", mountpoint: "/" },
    { device: "/dev/md0", fstype: "ufs", mountpoint: "/var/run", size: 34 * 1024 },
  ]);
});

test("where df knows no types, what it lists counts all the same", () => {
  const data = df.parse(rows("/dev/ada0p2 1000 850 150 85% /", "tank/home 100 1 99 1% /our home"));
  expect(data).toMatchObject([
    { device: "/dev/ada0p2", fstype: "", mountpoint: "/", size: 1_024_000, available: 153_600 },
    { device: "tank/home", fstype: "", mountpoint: "/our home" },
  ]);
  expect(judged(df, data).map(({ service, state }) => [service, state])).toEqual([
    ["Filesystem /", WARN],
    ["Filesystem /our home", OK],
  ]);
});

test("busybox leaves its titles in, and tells of file systems without inodes", () => {
  const data = df.parse(
    sectionRows(`<<<df>>>
Filesystem         Type     1024-blocks  Used Available Capacity Mounted on
/dev/root          squashfs        5000  5000         0     100% /rom
/dev/mtdblock4     jffs2           8000   400      7600       5% /overlay
overlayfs:/overlay overlay         8000   400      7600       5% /
tmpfs              tmpfs          60000   200     59800       1% /tmp
<<<df>>>
[df_inodes_start]
Filesystem         Type     Inodes IUsed IFree IUse% Mounted on
/dev/root          squashfs   1383  1383     0  100% /rom
/dev/mtdblock4     jffs2         0     0     0     - /overlay
overlayfs:/overlay overlay       0     0     0     - /
[df_inodes_end]
`),
  );
  expect(data).toHaveLength(4);
  expect(judged(df, data)).toMatchObject([
    { service: "Filesystem /overlay", state: OK },
    { service: "Filesystem /", state: OK },
  ]);
  expect(judged(df, data).map(({ details }) => details)).toEqual([undefined, undefined]);
});
