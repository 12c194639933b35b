import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { system } from "../../agent/system.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roundsman-system-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("sizes of a fixture's file systems are as its statfs.json has them", () => {
  const size = { bsize: 4096, blocks: 1000, bfree: 500, bavail: 400, files: 100, ffree: 50 };
  expect(system({ root }).statfs("/")).toBeUndefined();
  writeFileSync(join(root, "statfs.json"), JSON.stringify({ "/": size, "/srv/Bücher": size }));
  const fixture = system({ root });
  expect(fixture.statfs("/")).toEqual(size);
  expect(fixture.statfs(Buffer.from("/srv/Bücher").toString("latin1"))).toEqual(size);
  expect(fixture.statfs("/home")).toBeUndefined();
});

test("on the host itself they are the kernel's", () => {
  const host = system();
  expect(host.statfs("/")?.blocks).toBeGreaterThan(0);
  expect(host.statfs("/no/such/folder")).toBeUndefined();
  host.close();
});

test("in a fixture no command of the host is found, unless a PATH is given", async () => {
  expect(await system({ root }).run(["true"])).toBeUndefined();
  expect(await system({ root, path: "/usr/bin:/bin" }).run(["true"])).toBe("");
});

test("the clock may be given", () => {
  expect(system({ root, now: () => 1763665200 }).now()).toBe(1763665200);
  expect(Math.abs(system().now() - Date.now() / 1000)).toBeLessThan(60);
});

test("what is remembered is remembered by that clock", async () => {
  let now = 1763665200;
  const fixture = system({ root, now: () => now });
  let count = 0;
  const get = (): Promise<number> => fixture.memo("key", { seconds: 60 }, () => ++count);
  expect([await get(), await get()]).toEqual([1, 1]);
  now += 60;
  expect(await get()).toBe(2);
});
