import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileinfo } from "../../../agent/sections/fileinfo.ts";
import { collect, lackOf, madeUp, NOW, type MadeUp } from "./host.ts";

const section = fileinfo({ configDir: "/etc/roundsman" });
const CONFIG = "/etc/roundsman/fileinfo.cfg";
const HEADER = "[[[header]]]\nname|status|size|time\n[[[content]]]\n";
const TOOLS = {
  "/usr/bin/sh": '#!/bin/sh\nexec /bin/sh "$@"\n',
  "/usr/bin/stat": '#!/bin/sh\nPATH=/usr/bin:/bin exec stat "$@"\n',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roundsman-fileinfo-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const watched = (name: string, size = 0): void => {
  writeFileSync(join(folder, name), "x".repeat(size));
  utimesSync(join(folder, name), 1000, NOW - 60);
};
const hostWith = (files: Record<string, string>, now?: () => number): MadeUp =>
  madeUp({ ...TOOLS, ...files }, now && { now });

test("files are told as the patterns name them, from all files of the configuration", async () => {
  for (const name of ["a.log", "b.log", "c"]) watched(name, 7);
  const { host } = hostWith({
    [CONFIG]: `# what is watched\n\n${folder}/*.log\r\n  # nothing\n${folder}/none\n`,
    "/etc/roundsman/fileinfo.d/more": `${folder}/{c,none*}\n${folder}\n`,
    "/etc/roundsman/fileinfo.d/.old": `${folder}/b.log\n`,
  });
  expect(await collect(section, host)).toBe(`<<<fileinfo:sep(124)>>>
${NOW}
${HEADER}${folder}/a.log|ok|7|${NOW - 60}
${folder}/b.log|ok|7|${NOW - 60}
${folder}/none|missing
${folder}/c|ok|7|${NOW - 60}
`);
});

test("$DATE:…$ is today, and tomorrow another day", async () => {
  let now = new Date(2026, 10, 17, 23, 59, 59).getTime() / 1000;
  const { host } = hostWith({ [CONFIG]: `${folder}/db-$DATE:%Y%m%d$-$DATE:%b$.gz\n` }, () => now);
  expect(await collect(section, host)).toContain(`${folder}/db-20261117-Nov.gz|missing\n`);
  now += 1;
  expect(await collect(section, host)).toContain(`${folder}/db-20261118-Nov.gz|missing\n`);
});

test("files are looked for once a minute, and whenever the configuration changes", async () => {
  let now = NOW;
  const { host, write } = hostWith({ [CONFIG]: `${folder}/*\n` }, () => now);
  await collect(section, host);
  watched("late");
  now += 50;
  expect(await collect(section, host)).toBe(`<<<fileinfo:sep(124)>>>\n${NOW}\n${HEADER}`);
  now += 10;
  expect(await collect(section, host)).toContain(`\n${NOW + 60}\n${HEADER}${folder}/late|ok|`);
  write(CONFIG, `${folder}/other\n`);
  expect(await collect(section, host)).toContain(`${HEADER}${folder}/other|missing\n`);
});

test("a pattern that leads to where nobody answers costs itself, and is told", async () => {
  const { host } = hostWith({
    [CONFIG]: "/mnt/hangs/*\n/mnt/good\n",
    "/usr/bin/stat": '#!/bin/sh\ncase "$5" in /mnt/hangs*) exec /bin/sleep 60 ;; esac\n',
  });
  expect(await collect(section, host)).toBe(
    `<<<fileinfo:sep(124)>>>\n${NOW}\n${HEADER}` +
      "/mnt/hangs/*|stat failed: took longer than 5 s\n/mnt/good|missing\n",
  );
  expect(await lackOf(section, host)).toEqual(["/mnt/hangs/* took longer than 5 s"]);
});

test("beyond so many patterns the rest is left out, and told to be", async () => {
  const { host } = hostWith({ [CONFIG]: "none\n".repeat(257) });
  expect((await collect(section, host))?.match(/^none\|missing$/gm)).toHaveLength(256);
  expect(await lackOf(section, host)).toEqual(["only the first 256 patterns are told"]);
});

test("without patterns there is no section", async () => {
  expect(await collect(section, hostWith({ [CONFIG]: "# none\n\n" }).host)).toBeUndefined();
  expect(await collect(section, hostWith({}).host)).toBeUndefined();
});
