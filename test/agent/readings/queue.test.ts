import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { queueIn } from "../../../agent/readings/queue.ts";
import { system } from "../../../agent/system.ts";
import { program, testWith } from "../../peers.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roundsman-queue-"));
  mkdirSync(join(root, "queue/A/deep"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string): void => writeFileSync(join(root, "queue", path), text);

test("files are mails, folders and links are none", async () => {
  for (const path of ["one", "A/two", "A/deep/three"]) write(path, "x");
  symlinkSync("one", join(root, "queue/link"));
  expect(await queueIn(system({ root }), "/queue")).toMatchObject({ mails: 3 });
});

testWith(program("du"))("they take up what du says", async () => {
  write("one", "x".repeat(100_000));
  write("A/two", "x");
  const du = execFileSync("du", ["-sk", join(root, "queue")], { encoding: "utf8" });
  expect((await queueIn(system({ root }), "/queue"))?.kib).toBe(Number.parseInt(du, 10));
});

test("beyond so many files no more folders are looked into, and that is told", async () => {
  for (let i = 0; i < 10; i++) write(String(i), "");
  write("A/more", "");
  expect(await queueIn(system({ root }), "/queue", 11)).toMatchObject({ mails: 11 });
  expect(await queueIn(system({ root }), "/queue", 9)).toMatchObject({
    mails: 10,
    error: "/queue: not all of it is counted",
  });
});

test("what is not there is no queue", async () => {
  expect(await queueIn(system({ root }), "/none")).toBeUndefined();
});

test("a queue that may not be entered is not taken for an empty one", async () => {
  const host = system({ root });
  // As stat(2) fares beyond a folder without the right to search it; root has that right everywhere.
  const closed = {
    ...host,
    stat: (path: string) => (/queue\/./.test(path) ? undefined : host.stat(path)),
  };
  await expect(queueIn(closed, "/queue")).rejects.toThrow("/queue: permission denied");
});
