import { execFileSync } from "node:child_process";
import { cpus, release } from "node:os";
import { expect, test } from "vitest";
import { parseHeader } from "../../wire/header.ts";
import { program, testWith } from "../peers.ts";
import { place, type Ran } from "./place.ts";

const SCRIPT = "plugins/inventory";

const things = ({ lines }: Ran): Record<string, unknown>[] =>
  lines.slice(1).map((line) => JSON.parse(line) as Record<string, unknown>);
const all = (ran: Ran, kind: string): unknown[] =>
  things(ran).flatMap((thing) => (kind in thing ? [thing[kind]] : []));

test("system, kernel and processors are told, in a section that outlives a day without it", async () => {
  const before = Date.now() / 1000;
  const ran = await place().run(SCRIPT);
  const { name, persist, separator } = parseHeader(ran.lines[0] ?? "")!;
  expect({ name, separator }).toEqual({ name: "roundsman_inventory", separator: "\0" });
  expect(persist).toBeGreaterThan(before + 2 * 14400);
  expect(all(ran, "os")).toEqual([expect.objectContaining({ id: expect.any(String) as string })]);
  expect(all(ran, "kernel")).toEqual([expect.objectContaining({ release: release() })]);
  expect(all(ran, "cpu")).toEqual([expect.objectContaining({ threads: cpus().length })]);
  expect(things(ran).every((thing) => Object.keys(thing).length === 1)).toBe(true);
  expect(ran).toMatchObject({ stderr: "", code: 0 });
});

testWith(program("dpkg-query"))("Debian's packages are told as dpkg tells them", async () => {
  const ran = await place().run(SCRIPT);
  const args = ["-W", "-f", "${Package} ${Version} ${Architecture}", "dpkg"];
  const dpkg = execFileSync("dpkg-query", args, { encoding: "utf8" }).split(" ");
  expect(all(ran, "dpkg")).toContainEqual(dpkg);
});

test("packages of rpm and apk are told, and of dpkg only those that are installed", async () => {
  const at = place();
  at.program("rpm", `printf 'bash\\t5.2.26-3.el9\\tx86_64\\nshadow\\t2:4.9-8.el9\\tx86_64\\n'`);
  at.program("apk", `echo 'busybox-1.36.1-r5 x86_64 {busybox} (GPL-2.0-only) [installed]'`);
  at.program(
    "dpkg-query",
    `printf 'ii \\ta\\t1\\tall\\nrc \\tb\\t2\\tall\\nhi \\tc\\t3\\tamd64\\n'`,
  );
  const ran = await at.run(SCRIPT);
  expect(all(ran, "rpm")).toEqual([
    ["bash", "5.2.26-3.el9", "x86_64"],
    ["shadow", "2:4.9-8.el9", "x86_64"],
  ]);
  expect(all(ran, "apk")).toEqual([["busybox", "1.36.1-r5", "x86_64"]]);
  expect(all(ran, "dpkg")).toEqual([
    ["a", "1", "all"],
    ["c", "3", "amd64"],
  ]);
});

test("a manager that fails is an error among what the others say", async () => {
  const at = place();
  at.program("rpm", "echo '<<<local>>>'; echo 'rpmdb is broken' >&2; exit 1");
  const ran = await at.run(SCRIPT);
  expect(all(ran, "error")).toEqual(["rpm: rpmdb is broken"]);
  expect(all(ran, "cpu")).toHaveLength(1);
  expect(ran.lines.slice(1).every((line) => line.startsWith("{"))).toBe(true);
});

test("a flood of packages is cut and counted, below what a plugin may print", async () => {
  const at = place();
  at.program("rpm", `seq 1 20000 | sed 's/.*/package-with-a-name-&\\t1.0-1.el9\\tx86_64/'`);
  const ran = await at.run(SCRIPT);
  expect(all(ran, "rpm")).toHaveLength(15_000);
  expect(all(ran, "error")).toEqual(["rpm: 5000 packages are left out"]);
  expect(ran.stdout.length).toBeLessThan(1024 * 1024);
});
