import { expect, test } from "vitest";
import { mounts } from "../../../poller/checks/mounts.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => mounts.parse(rows(...lines));
const root = (options: string) => parse(`/dev/sdx1 / ext4 ${options} 0 0`);
const after = (before: string, now: string) =>
  judged(mounts, root(now), { baseline: mounts.baseline!(root(before)!) })[0];

test("what cannot be written to is exported, with octal blanks read", () => {
  const data = parse(
    "/dev/sdx1 / ext4 rw,errors=remount-ro 0 0",
    String.raw`/dev/sdy1 /mnt/old\040photos vfat ro,relatime 0 0`,
  );
  expect(sampleLines(samples(mounts, data))).toEqual([
    'node_filesystem_readonly{device="/dev/sdx1",fstype="ext4",mountpoint="/"} 0',
    'node_filesystem_readonly{device="/dev/sdy1",fstype="vfat",mountpoint="/mnt/old photos"} 1',
  ]);
});

test("each mount point is a service that tells its options", () => {
  expect(judged(mounts, root("ro,noatime"))).toMatchObject([
    {
      service: "Mount options of /",
      item: "/",
      state: OK,
      summary: "read-only",
      details: "ro,noatime",
    },
  ]);
});

test("a file system that became read-only warns, and says what changed", () => {
  expect(after("rw,noatime", "ro,noatime")).toMatchObject({
    state: WARN,
    summary: "read-only, now ro, no longer rw",
  });
});

test("options that change by themselves, or their order, are no change", () => {
  expect(after("rw,commit=5,noatime", "noatime,rw,commit=30")?.state).toBe(OK);
});

test("of two mounts at one place the last counts", () => {
  const data = parse("/dev/sdx1 /mnt ext4 rw 0 0", "/dev/sdy1 /mnt ext4 ro 0 0");
  expect(samples(mounts, data)).toMatchObject([{ labels: { device: "/dev/sdy1" }, value: 1 }]);
});

test("a torn line is refused, and no line at all is no section", () => {
  expect(() => parse("/dev/sdx1 / ext4")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});
