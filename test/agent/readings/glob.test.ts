import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { braces, glob, type Matches } from "../../../agent/readings/glob.ts";
import { system } from "../../../agent/system.ts";
import { madeUp } from "../sections/host.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roundsman-glob-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, size = 0): void => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "x".repeat(size));
  utimesSync(path, 1000, 1795000000);
};

/** What a pattern below the folder gives; names are told from there on. */
async function found(pattern: string): Promise<Matches> {
  const host = system();
  const bytes = Buffer.from(`${folder}/${pattern}`).toString("latin1");
  const { matches, ...rest } = await glob(host, bytes);
  host.close();
  const nameOf = (name: string): string =>
    Buffer.from(name, "latin1")
      .toString()
      .slice(folder.length + 1);
  return { matches: matches.map((match) => ({ ...match, name: nameOf(match.name) })), ...rest };
}

const names = async (pattern: string): Promise<readonly string[]> =>
  (await found(pattern)).matches.map(({ name, kind }) => `${name} ${kind}`);

describe("a pattern", () => {
  test("gives name, size and time of what it names, through any folder", async () => {
    write("a/backup.log", 5);
    write("b/backup.log");
    write("b/other.txt");
    const about = { kind: "file", mtime: 1795000000 };
    expect(await found("*/*.log")).toEqual({
      matches: [
        { name: "a/backup.log", size: 5, ...about },
        { name: "b/backup.log", size: 0, ...about },
      ],
    });
  });

  test("knows wildcards as a shell does", async () => {
    for (const name of ["f1", "f2", "f10", ".hidden", "größe f"]) write(name);
    expect(await names("f?")).toEqual(["f1 file", "f2 file"]);
    expect(await names("f[!1]*")).toEqual(["f2 file"]);
    expect(await names("*")).toEqual(["f1 file", "f10 file", "f2 file", "größe f file"]);
    expect(await names(".h*")).toEqual([".hidden file"]);
  });

  test("that names nothing gives nothing, but a plain name is missing", async () => {
    expect(await names("no*")).toEqual([]);
    expect(await names("none")).toEqual(["none missing"]);
  });

  test("follows links; those that lead nowhere, and folders, are no files", async () => {
    write("file", 3);
    symlinkSync("file", join(folder, "good"));
    symlinkSync("nowhere", join(folder, "bad"));
    mkdirSync(join(folder, "folder"));
    expect(await names("good")).toEqual(["good file"]);
    expect(await names("bad")).toEqual(["bad missing"]);
    expect(await names("folder")).toEqual(["folder folder"]);
    expect((await glob(system(), "/dev/null")).matches[0]?.kind).toBe("missing");
  });

  test("is never run, and never split", async () => {
    write("two words");
    for (const evil of ["$(touch X)", "`touch X`", ";touch X", "two words", "-c", "$HOME"])
      expect(await names(evil)).toEqual([`${evil} ${evil === "two words" ? "file" : "missing"}`]);
    expect(await names("*")).toEqual(["two words file"]);
  });

  test("without a path from the root is missing", async () => {
    const host = system();
    expect((await glob(host, "etc/passwd")).matches[0]?.kind).toBe("missing");
    expect((await glob(host, "--version")).matches[0]?.kind).toBe("missing");
  });
});

test("a name that holds a line about a file elsewhere tells nothing of that", async () => {
  write("in/b\nregular file|1|2|/etc/passwd");
  expect(await names("in/*/*/*")).toEqual(["in/b file"]);
});

test("one that leads to where nobody answers is given up after five seconds", async () => {
  const { host } = madeUp({ "/usr/bin/sh": "#!/bin/sh\nexec /bin/sleep 60\n" });
  expect(await glob(host, "/mnt/*")).toEqual({ matches: [], error: "took longer than 5 s" });
});

describe("braces", () => {
  test.each([
    ["/a", ["/a"]],
    ["/{a,b}", ["/a", "/b"]],
    ["/{a,b{c,d}}/{e,}", ["/a/e", "/a/", "/bc/e", "/bc/", "/bd/e", "/bd/"]],
    ["/{a,a}{b,c}", ["/ab", "/ac"]],
    ["/{a}", ["/{a}"]],
    ["/{}", ["/{}"]],
    ["/{a,b", ["/{a,b"]],
  ])("in %s", (pattern, expected) => {
    expect([...braces(pattern)].sort()).toEqual([...expected].sort());
  });

  test("make 256 names at most, whatever the pattern", () => {
    expect(braces("{a,b}".repeat(20))).toHaveLength(256);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("{", "}", ",", "a", "/"), maxLength: 60 }),
        (pattern) => {
          expect(braces(pattern).length).toBeLessThanOrEqual(256);
        },
      ),
    );
  });
});
