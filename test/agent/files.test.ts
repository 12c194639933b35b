import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eachInTurns, Files } from "../../agent/files.ts";

let root: string;
let files: Files;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roundsman-files-"));
  files = new Files({ root });
});
afterEach(() => {
  files.close();
  rmSync(root, { recursive: true });
});
const write = (path: string, text: string | Buffer): void => writeFileSync(join(root, path), text);
const descriptors = (): number => readdirSync("/proc/self/fd").length;

describe("reading whole", () => {
  test("a file is read anew each time, on one descriptor", () => {
    write("loadavg", "0.10\n");
    expect(files.read("/loadavg")).toBe("0.10\n");
    const before = descriptors();
    write("loadavg", "0.25 more\n");
    expect(files.read("/loadavg")).toBe("0.25 more\n");
    expect(descriptors()).toBe(before);
  });

  test("what is not there is undefined, and is found once it is", () => {
    expect(files.read("/late")).toBeUndefined();
    expect(files.readOnce("/late/below")).toBeUndefined();
    write("late", "here");
    expect(files.read("/late")).toBe("here");
    expect(files.readOnce("/late/below")).toBeUndefined();
  });

  test("a process that is gone is undefined, though its file is still open", () => {
    const proc = new Files({ root: "/proc" });
    expect(proc.read("/self/stat")).toMatch(/^\d+ \(/);
    expect(proc.readOnce("/999999999/stat")).toBeUndefined();
    proc.close();
  });

  test("bytes stay bytes, whatever they mean", () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    write("bytes", bytes);
    expect(Buffer.from(files.read("/bytes") ?? "", "latin1").equals(bytes)).toBe(true);
  });

  test("a name in UTF-8 is found by its bytes", () => {
    mkdirSync(join(root, "Übung"));
    write("Übung/größe", "1");
    const name = Buffer.from("/Übung/größe").toString("latin1");
    expect(files.read(name)).toBe("1");
    const [folder] = files.list("/");
    expect(files.list(`/${String(folder)}`)).toEqual([name.split("/").at(-1)]);
  });

  test("a file larger than the buffer comes whole", () => {
    const text = "0123456789abcdef".repeat(20_000);
    write("large", text);
    expect(files.read("/large")).toBe(text);
    expect(files.readOnce("/large")).toBe(text);
  });

  test("of a file only the first bytes are read where they are enough", () => {
    write("long", "0123456789");
    expect(files.readOnce("/long", 4)).toBe("0123");
    expect(files.readOnce("/long", 65_536)).toBe("0123456789");
    const dev = new Files({ root: "/dev" });
    expect(dev.readOnce("/zero", Infinity)).toHaveLength(65_536);
  });

  test("a file without an end is refused", () => {
    const dev = new Files({ root: "/dev" });
    expect(() => dev.readOnce("/zero")).toThrow("a file of more than 16777216 bytes");
  });

  test("an error that is not absence is thrown", () => {
    expect(() => files.read("/")).toThrow("EISDIR");
  });
});

test("no more descriptors are kept than allowed, and all files are read all the same", () => {
  const few = new Files({ root, maxKept: 3 });
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
  for (const name of names) write(name, name);
  const before = descriptors();
  for (const name of [...names, ...names]) expect(few.read(`/${name}`)).toBe(name);
  expect(descriptors() - before).toBe(3);
  few.close();
  expect(descriptors()).toBe(before);
});

describe("long tables", () => {
  test("come in chunks, with turns of the event loop in between", async () => {
    const text = "line\n".repeat(1_000_000);
    write("long", text);
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    let length = 0;
    expect(await files.readLong("/long", (chunk) => (length += chunk.length))).toBe(true);
    clearInterval(count);
    expect(length).toBe(text.length);
    expect(turns).toBeGreaterThan(0);
  });

  test("two at once do not disturb each other", async () => {
    const texts = ["a", "b"].map((letter) => letter.repeat(3_000_000));
    texts.forEach((text, i) => write(`long${i}`, text));
    const got = await Promise.all(
      texts.map(async (_, i) => {
        let text = "";
        await files.readLong(`/long${i}`, (chunk) => (text += chunk));
        return text;
      }),
    );
    expect(got.map((text, i) => text === texts[i])).toEqual([true, true]);
  });

  test("one that is not there is false, and nothing is taken", async () => {
    expect(await files.readLong("/none", () => expect.unreachable())).toBe(false);
  });
});

test("names in a folder are sorted; a folder that is not there has none", () => {
  for (const name of ["b", "a", "C"]) write(name, "");
  expect(files.list("/")).toEqual(["C", "a", "b"]);
  expect(files.list("/none")).toEqual([]);
});

test("what a file is, when it changed and what it takes up is told; a link is not followed", () => {
  write("mail", "x".repeat(5000));
  utimesSync(join(root, "mail"), 1000, 1234.5);
  symlinkSync("mail", join(root, "link"));
  expect(files.stat("/mail")).toMatchObject({ kind: "file", mtime: 1234.5 });
  expect(files.stat("/mail")?.diskBytes).toBe(statSync(join(root, "mail")).blocks * 512);
  expect(files.stat("/")?.kind).toBe("folder");
  expect(files.stat("/link")?.kind).toBe("other");
  expect(files.stat("/none")).toBeUndefined();
});

describe("a file that others may put in place", () => {
  const uid = String(process.getuid?.());

  test("comes with its owner, and no longer than wanted", () => {
    write("job", "0123456789");
    expect(files.readOwned("/job", 100)).toEqual({ uid, text: "0123456789" });
    expect(files.readOwned("/job", 4)).toEqual({ uid, text: "0123" });
    expect(files.readOwned("/none", 4)).toBeUndefined();
  });

  test("is nothing where it is a link, a folder, or a pipe that nobody writes to", () => {
    write("secret", "secret");
    symlinkSync("secret", join(root, "link"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    const before = descriptors();
    for (const path of ["/link", "/pipe", "/"]) expect(files.readOwned(path, 100)).toBeUndefined();
    expect(descriptors()).toBe(before);
  });
});

test("what may be run is a regular file with the right to it, or a link to one", () => {
  write("script", "#!/bin/sh\n");
  expect(files.isExecutable("/script")).toBe(false);
  chmodSync(join(root, "script"), 0o755);
  symlinkSync("script", join(root, "link"));
  symlinkSync("loop", join(root, "loop"));
  expect(["/script", "/link"].map((path) => files.isExecutable(path))).toEqual([true, true]);
  for (const path of ["/", "/none", "/loop"]) expect(files.isExecutable(path)).toBe(false);
});

test("a link tells where it points", () => {
  symlinkSync("../there", join(root, "link"));
  expect(files.readLink("/link")).toBe("../there");
  expect(files.readLink("/none")).toBeUndefined();
});

test("many items are done in order, with turns of the event loop in between", async () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const done: number[] = [];
  const seen: number[] = [];
  const look = (): void => {
    seen.push(done.length);
    if (done.length < items.length) setImmediate(look);
  };
  look();
  await eachInTurns(items, (item) => done.push(item));
  expect(done).toEqual(items);
  expect(Math.max(...seen.slice(1).map((count, i) => count - (seen[i] ?? 0)))).toBeLessThanOrEqual(
    64,
  );
  expect(seen.length).toBeGreaterThan(10);
});
