import { expect, test } from "vitest";
import { nfsmountsV2 } from "../../../agent/sections/nfsmounts_v2.ts";
import { collect, lackOf, madeUp, NOW, web1, type MadeUp } from "./host.ts";

const mountinfo = (...rest: readonly string[]): string =>
  rest.map((text, i) => `${30 + i} 1 0:${i} / ${text}\n`).join("");

/** `tool` is what stat(1) does; `$5` is the mount point. */
const hostWith = (mounts: string, tool: string, now?: () => number): MadeUp =>
  madeUp(
    { "/proc/self/mountinfo": mounts, "/usr/bin/stat": `#!/bin/sh\n${tool}\n` },
    now && { now },
  );

test("each NFS mount is a line of JSON with its sizes", async () => {
  expect(await collect(nfsmountsV2, web1())).toBe(`<<<nfsmounts_v2:sep(0)>>>
{"mountpoint":"/mnt/nas","source":"nas.example:/export","state":"ok","usage":{"total_blocks":9000000,"free_blocks_su":4000000,"free_blocks":3500000,"blocksize":1048576}}
`);
});

test("one that hangs, or does not answer well, is hanging; the others are told all the same", async () => {
  const { host } = hostWith(
    mountinfo(
      "/a rw - nfs a:/x rw",
      "/b\\040c rw - nfs4 b:/x rw",
      "/d rw - nfs d:/x rw",
      "/local rw - ext4 /dev/sda1 rw",
    ),
    'case $5 in\n/a) exec /bin/sleep 60 ;;\n/d) echo "stat: /d: Stale file handle" >&2; exit 1 ;;\n*) echo 9 8 7 4096 ;;\nesac',
  );
  const text = await collect(nfsmountsV2, host);
  const lines = text?.split("\n").slice(1, -1) ?? [];
  const none = { total_blocks: 0, free_blocks_su: 0, free_blocks: 0, blocksize: 0 };
  const some = { total_blocks: 9, free_blocks_su: 8, free_blocks: 7, blocksize: 4096 };
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { mountpoint: "/a", source: "a:/x", state: "hanging", usage: none },
    { mountpoint: "/b c", source: "b:/x", state: "ok", usage: some },
    { mountpoint: "/d", source: "d:/x", state: "hanging", usage: none },
  ]);
  const [lack] = await lackOf(nfsmountsV2, host);
  expect(lack).toContain("-- /a took longer than 5 s; ");
  expect(lack).toMatch(/-- \/d ended with exit code 1: stat: \/d: Stale file handle$/);
});

test("they are asked again after half a minute, or when there are others", async () => {
  let now = NOW;
  const one = "/a rw - nfs a:/x rw";
  const { host, write } = hostWith(mountinfo(one), "echo 1 1 1 1", () => now);
  await collect(nfsmountsV2, host);
  write("/usr/bin/stat", "#!/bin/sh\necho 2 2 2 2\n");
  now += 20;
  expect(await collect(nfsmountsV2, host)).toContain('"total_blocks":1,');
  write("/proc/self/mountinfo", mountinfo(one, "/b rw - nfs b:/x rw"));
  expect(await collect(nfsmountsV2, host)).toMatch(/"\/a".*"total_blocks":2,.*\n.*"\/b"/);
  write("/usr/bin/stat", "#!/bin/sh\necho 3 3 3 3\n");
  now += 30;
  expect(await collect(nfsmountsV2, host)).toContain('"total_blocks":3,');
});

test("names that were chosen to mislead stay within their JSON, and are no options", async () => {
  const { host } = hostWith(
    mountinfo('/-a"\\012<<<b>>>\\134 rw - nfs x:/\\011y rw'),
    'test "$4" = -- && echo 1 1 1 1',
  );
  const [, line = "", ...rest] = (await collect(nfsmountsV2, host))?.split("\n") ?? [];
  expect(rest).toEqual([""]);
  expect(JSON.parse(line)).toMatchObject({ mountpoint: '/-a"?<<<b>>>\\', source: "x:/?y" });
});

test("without such mounts the section is empty and nothing is run", async () => {
  const local = mountinfo("/ rw - ext4 /dev/sda1 rw", "/n rw - nfsd nfsd rw");
  const { host } = hostWith(local, "exit 9");
  expect(await collect(nfsmountsV2, host)).toBe("<<<nfsmounts_v2:sep(0)>>>\n");
  expect(await lackOf(nfsmountsV2, host)).toEqual([]);
});

test("without the list of mounts, or a stat to ask with, there is no section", async () => {
  expect(await collect(nfsmountsV2, madeUp({}).host)).toBeUndefined();
  const { host } = madeUp({ "/proc/self/mountinfo": mountinfo("/a rw - nfs a:/x rw") });
  expect(await collect(nfsmountsV2, host)).toBeUndefined();
});
