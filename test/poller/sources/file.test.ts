import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sources } from "../../../poller/sources/sources.ts";
import type { Host } from "../../../poller/targets/host.ts";
import { temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { reportOf } from "./agents.ts";
import { failureOf, outcomeOf, reportFrom } from "./outcomes.ts";

const REPORT = reportOf(60_000);
const source = sources({ concurrency: 1, maxOpen: 1 }, () => Promise.reject(new Error("no")));

const spooled = (path: string, own: Partial<Host> = {}): Host =>
  hostOf(0, { address: "", file: { path, maxAgeSeconds: 90 }, ...own });

function fileOf(text: string, secondsAgo = 0): string {
  const path = join(temporaryFolder(), "web1");
  writeFileSync(path, text);
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(path, at, at);
  return path;
}

test("a file that was written lately is the report", async () => {
  const path = fileOf(REPORT, 60);
  expect((await reportFrom(spooled(path), source)) === REPORT).toBe(true);
  symlinkSync(path, `${path}.link`);
  expect((await reportFrom(spooled(`${path}.link`), source)) === REPORT).toBe(true);
});

test("one that was not written for long is stale, and says so", async () => {
  const path = fileOf(REPORT, 600);
  const { reason, message } = await failureOf(spooled(path), source);
  expect(reason).toBe("stale");
  expect(message).toBe(`web1 (${path}): written 10m ago; after 1m30s it is too old`);
});

test("what is no file is not waited for", async () => {
  const folder = temporaryFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  mkdirSync(join(folder, "folder"));
  const told = async (path: string): Promise<string> => {
    const { reason, message } = await failureOf(spooled(path), source);
    expect(reason).toBe("file");
    return message.replace(/^.*: /, "");
  };
  expect(await told(pipe)).toBe("not a file");
  expect(await told("/dev/zero")).toBe("not a file");
  expect(await told(join(folder, "folder"))).toBe("not a file");
  expect(await told(join(folder, "absent"))).toBe("no such file");
});

test.each([
  ["empty", "", "empty"],
  ["too large", "<".repeat(2 << 20), "too_large"],
  ["something else", "hello\n", "protocol"],
])("one that is %s is no report", async (_, text, reason) => {
  expect(await outcomeOf(spooled(fileOf(text)), source)).toBe(reason);
});

test("a stopped poll rejects", async () => {
  const fetch = source(spooled(fileOf(REPORT)), AbortSignal.abort(), () => undefined);
  await expect(fetch).rejects.toThrow("abort");
});

test("many files are read one after the other, and all come", async () => {
  const hosts = Array.from({ length: 30 }, () => spooled(fileOf(REPORT)));
  const reports = await Promise.all(hosts.map((host) => reportFrom(host, source)));
  expect(reports.every((report) => report === REPORT)).toBe(true);
});
