import { describe, expect, test } from "vitest";
import { df } from "../../../poller/checks/df.ts";
import { readParams } from "../../../poller/config/params.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows, sectionRows } from "../rows.ts";

const parse = (...lines: string[]) => df.parse(rows(...lines));

const LINES = [
  "/dev/sdx1 ext4 1000 700 250 74% /",
  "tmpfs tmpfs 500 0 500 0% /run",
  "[df_inodes_start]",
  "/dev/sdx1 ext4 100 40 60 40% /",
  "[df_inodes_end]",
];
const root = (...percents: [used: number, inodes: number]) => {
  const [used, inodes] = percents;
  return parse(
    `/dev/sdx1 ext4 1000 ${used * 10} ${1000 - used * 10} 1% /`,
    "[df_inodes_start]",
    `/dev/sdx1 ext4 100 ${inodes} ${100 - inodes} 1% /`,
    "[df_inodes_end]",
  );
};

test("sizes are exported in bytes, with inodes where they are known", () => {
  expect(sampleLines(samples(df, parse(...LINES)))).toEqual([
    'node_filesystem_size_bytes{device="/dev/sdx1",fstype="ext4",mountpoint="/"} 1024000',
    'node_filesystem_free_bytes{device="/dev/sdx1",fstype="ext4",mountpoint="/"} 307200',
    'node_filesystem_avail_bytes{device="/dev/sdx1",fstype="ext4",mountpoint="/"} 256000',
    'node_filesystem_files{device="/dev/sdx1",fstype="ext4",mountpoint="/"} 100',
    'node_filesystem_files_free{device="/dev/sdx1",fstype="ext4",mountpoint="/"} 60',
    'node_filesystem_size_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 512000',
    'node_filesystem_free_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 512000',
    'node_filesystem_avail_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 512000',
  ]);
});

test("volumes of Windows have the names of windows_exporter, and none of node_exporter", () => {
  const text = [
    "<<<df:sep(9)>>>",
    "System disk\tNTFS\t10\t4\t6\t40%\tC:\\",
    "Archive\tReFS\t20\t5\t15\t25%\tC:\\mnt\\old files\\",
    "",
  ].join("\n");
  const data = df.parse(sectionRows(text));
  const folder = JSON.stringify("C:\\mnt\\old files");
  expect(sampleLines(samples(df, data))).toEqual([
    'windows_logical_disk_size_bytes{volume="C:"} 10240',
    'windows_logical_disk_free_bytes{volume="C:"} 6144',
    `windows_logical_disk_size_bytes{volume=${folder}} 20480`,
    `windows_logical_disk_free_bytes{volume=${folder}} 15360`,
    'roundsman_windows_volume_info{volume="C:",volume_name="System disk",filesystem="NTFS"} 1',
    `roundsman_windows_volume_info{volume=${folder},volume_name="Archive",filesystem="ReFS"} 1`,
  ]);
  expect(judged(df, data).map(({ service }) => service)).toEqual([
    "Filesystem C:/",
    "Filesystem C:/mnt/old files/",
  ]);
});

test("groups can be written into a config", () => {
  const { params, findings } = readParams(df, { groups: [{ name: "all", include: ["/*"] }] });
  expect(findings).toEqual([]);
  const names = judged(df, parse(...LINES), { params }).map(({ service }) => service);
  expect(names).toEqual(["Filesystem all"]);
});

test("discs that cannot be written to are full by nature", () => {
  for (const fstype of ["CDFS", "UDF", "iso9660"])
    expect(judged(df, parse(`disc ${fstype} 10 10 0 100% /mnt`))).toEqual([]);
});

describe("reading", () => {
  test("blanks in the names of devices and mount points stay", () => {
    const [disk] = parse("//nas/our files cifs 10 4 6 40% /mnt/our files") ?? [];
    expect(disk).toMatchObject({
      device: "//nas/our files",
      fstype: "cifs",
      mountpoint: "/mnt/our files",
    });
  });

  test("a Windows drive is written with a slash", () => {
    const text = "<<<df:sep(9)>>>\nSystem disk\tNTFS\t10\t4\t6\t40%\tC:\\\n";
    expect(df.parse(sectionRows(text))).toMatchObject([
      { device: "System disk", mountpoint: "C:/" },
    ]);
  });

  test("headings, lsblk and rows without numbers are passed over", () => {
    expect(
      parse(
        "Filesystem Type 1024-blocks Used Available Capacity Mounted on",
        "/dev/sdx1 ext4 - - - - /mnt",
        "[df_lsblk_start]",
        '{"blockdevices": [{"name":"/dev/sdx1","uuid":null}]}',
        "/dev/sdy1 ext4 1 1 0 100% /not/a/filesystem",
        "[df_lsblk_end]",
      ),
    ).toBeUndefined();
  });

  test("of two file systems on one mount point the last is the one to be seen", () => {
    const data = parse("a ext4 10 1 9 10% /mnt", "b ext4 20 1 19 5% /mnt");
    expect(data?.map(({ device }) => device)).toEqual(["b"]);
  });
});

describe("judging", () => {
  test("what is reserved for root counts as used", () => {
    const [result] = judged(df, parse(...LINES));
    expect(result).toMatchObject({ service: "Filesystem /", item: "/", state: OK });
    expect(result?.summary).toBe("Used: 75% - 750 KiB of 0.98 MiB");
    expect(perfdata(result)).toEqual({
      fs_used: 768_000,
      fs_free: 256_000,
      fs_used_percent: 75,
      fs_size: 1_024_000,
      inodes_used: 40,
    });
  });

  test("what is reserved for root can be shown, and left out", () => {
    const data = parse(...LINES);
    const shown = judged(df, data, { params: { reserved: { show: true, subtract: false } } })[0];
    expect(perfdata(shown)).toMatchObject({ reserved: 51_200, fs_used: 768_000 });
    const apart = judged(df, data, { params: { reserved: { show: false, subtract: true } } })[0];
    expect(perfdata(apart)).toMatchObject({ fs_used: 716_800, fs_size: 1_024_000 });
    expect(apart?.summary).toBe("Used: 73.68% - 700 KiB of 950 KiB");
  });

  test.each([
    [79, 90, OK],
    [80, 90, WARN],
    [90, 90, CRIT],
    [10, 91, WARN],
    [10, 96, CRIT],
  ])("%d %% of space and %d %% of inodes used is state %d", (used, inodes, state) => {
    expect(judged(df, root(used, inodes))[0]?.state).toBe(state);
  });

  test("inodes are mentioned when they run out", () => {
    expect(judged(df, root(10, 91))[0]?.summary).toContain(
      "Inodes free: 9% - 9 (warn/crit below 10%/5%)",
    );
    expect(judged(df, root(10, 50))[0]?.summary).not.toContain("Inodes");
  });

  test("levels from 2 on are bytes and inodes", () => {
    const params = { used: { warn: 600 * 1024, crit: Infinity }, inodes: { warn: 50, crit: 40 } };
    expect(judged(df, root(59, 49), { params })[0]).toMatchObject({
      state: OK,
    });
    expect(judged(df, root(60, 10), { params })[0]?.state).toBe(WARN);
    expect(judged(df, root(10, 61), { params })[0]?.state).toBe(CRIT);
  });

  test("a file system without inodes is judged by its space alone", () => {
    const data = parse(
      "/dev/sdx1 vfat 1000 0 1000 0% /boot/efi",
      "[df_inodes_start]",
      "/dev/sdx1 vfat 0 0 0 - /boot/efi",
      "[df_inodes_end]",
    );
    expect(judged(df, data)[0]?.state).toBe(OK);
    expect(perfdata(judged(df, data)[0])).not.toHaveProperty("inodes_used");
  });

  test("the magic factor raises levels of large file systems and lowers those of small ones", () => {
    const low = { warn: 0.5, crit: 0.6 };
    const magic = { factor: 0.5, normsize: 100 * 1024, low };
    const levels = (kibibytes: number) =>
      judged(df, parse(`a ext4 ${kibibytes} 0 ${kibibytes} 0% /`), { params: { magic } })[0]
        ?.perfdata?.[0]?.levels?.upper;
    // At the size meant they are as given, at four times the size half as far from full.
    expect(levels(100)?.warn).toBeCloseTo(80 * 1024, 3);
    expect(levels(400)?.warn).toBeCloseTo(0.9 * 400 * 1024, 3);
    expect(levels(25)?.warn).toBeCloseTo(0.6 * 25 * 1024, 3);
    expect(levels(1)?.crit).toBeCloseTo(0.6 * 1024, 3);
  });
});

describe("services", () => {
  const items = (lines: string[], params = {}) =>
    judged(df, parse(...lines), { params }).map(({ item }) => item);

  test("memory, network and container file systems have none, and what has no size", () => {
    expect(
      items([
        "a ext4 10 1 9 10% /",
        "tmpfs tmpfs 10 1 9 10% /run",
        "nas:/x nfs 10 1 9 10% /nas",
        "overlay overlay 10 1 9 10% /var/lib/docker/overlay2/1/merged",
        "/dev/root squashfs 10 10 0 100% /rom",
        "b fuse 0 0 0 - /empty",
      ]),
    ).toEqual(["/"]);
  });

  test("btrfs has one for the whole, however many subvolumes are mounted", () => {
    expect(items(["/dev/sdx btrfs 10 1 9 10% /", "/dev/sdx btrfs 10 1 9 10% /home"])).toEqual([
      "btrfs /dev/sdx",
    ]);
  });

  test("a group is judged as one, and its members not once more", () => {
    const groups = [{ name: "data", include: ["/srv/*"], exclude: ["/srv/tmp"] }];
    const lines = ["/", "/srv/a", "/srv/b", "/srv/tmp"].map((at) => `d ext4 100 10 90 10% ${at}`);
    expect(items(lines, { groups })).toEqual(["data", "/", "/srv/tmp"]);
    const [data] = judged(df, parse(...lines), { params: { groups } });
    expect(data?.summary).toContain("2 filesystems");
    expect(perfdata(data)).toMatchObject({ fs_size: 200 * 1024, fs_used: 20 * 1024 });
  });

  test("a group that nothing belongs to is not there", () => {
    const groups = [{ name: "data", include: ["/srv/*"], exclude: [] }];
    expect(items(["a ext4 10 1 9 10% /"], { groups })).toEqual(["/"]);
  });
});
