import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSpool } from "../../../agent/scripts/spool.ts";
import { folder } from "../../waitmax/programs.ts";
import { house, statusOf } from "../house.ts";

const NOW = 1_700_000_000;

function spool(files: Readonly<Record<string, string>>, mtime = NOW): string {
  const top = folder();
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(top, name), text, "latin1");
    utimesSync(join(top, name), mtime, mtime);
  }
  return top;
}

test("files are copied in name order, each ended with a newline", () => {
  const top = spool({ b: "<<<b>>>\ntorn", a: "<<<a:sep(0)>>>\n\xff\0\n", empty: "" });
  expect(readSpool(top, NOW)).toEqual({
    text: "<<<a:sep(0)>>>\n\xff\0\n<<<b>>>\ntorn\n",
    faults: new Map(),
  });
});

test("a file whose name begins with a number is passed over when it is older in seconds", () => {
  const top = spool({ "600_a": "<<<a>>>\n", "599b": "<<<b>>>\n", c600: "<<<c>>>\n" }, NOW - 600);
  expect(readSpool(top, NOW + 0.9).text).toBe("<<<a>>>\n<<<c>>>\n");
  expect(readSpool(top, NOW + 1).text).toBe("<<<c>>>\n");
});

test("a file neither speaks for another host beyond its end nor for the section before it", () => {
  const top = spool({ a: "<<<<web1>>>>\n<<<a>>>\nx", b: "headless\n", c: "<<<c>>>\n" });
  expect(readSpool(top, NOW).text).toBe(
    "<<<<web1>>>>\n<<<a>>>\nx\n<<<<>>>>\n<<<>>>\nheadless\n<<<c>>>\n",
  );
});

test("what is hidden, a folder, a link or a pipe is passed over, and nothing waits", () => {
  const top = spool({ ".a": "<<<hidden>>>\n", z: "<<<z>>>\n" });
  mkdirSync(join(top, "folder"));
  writeFileSync(join(top, "folder/inside"), "<<<inside>>>\n");
  symlinkSync("/etc/passwd", join(top, "link"));
  execFileSync("mkfifo", [join(top, "pipe")]);
  expect(readSpool(top, NOW)).toEqual({ text: "<<<z>>>\n", faults: new Map() });
});

test("a file that is too large is left out and named, as is what is beyond the whole's limit", () => {
  const most = 1024 * 1024;
  const full = `<<<f>>>\n${"x".repeat(most - 9)}\n`;
  expect(full).toHaveLength(most);
  const files = Object.fromEntries([...Array(8).keys()].map((i) => [`f${i}`, full]));
  const { text, faults } = readSpool(spool({ big: `${full}x`, ...files, z: "<<<z>>>\n" }), NOW);
  expect(text).toHaveLength(8 * most);
  expect([...faults]).toEqual([
    ["spool/big", "is left out: it holds more than 1048576 bytes"],
    ["spool/z", "is left out: spool holds more than 8388608 bytes"],
  ]);
});

test("of very many files only the first are read", () => {
  const files = [...Array(510).keys()].map((i) => [String(i).padStart(3, "0"), ""]);
  const { faults } = readSpool(spool(Object.fromEntries(files) as Record<string, string>), NOW);
  expect(faults.get("spool")).toBe("only the first 500 of its files are read");
});

test("the report holds what is there at each tick; no spool is no fault", async () => {
  const all = house();
  await all.tick(NOW);
  expect(all.output().spool).toBe("");
  expect(all.status()).toEqual([]);
  all.write("state/spool/a", "<<<a>>>\nx\n");
  await all.tick(NOW + 10);
  expect(all.output().spool).toBe("<<<a>>>\nx\n");
  all.remove("state/spool/a");
  all.write("state/spool/large", "x".repeat(1024 * 1024 + 1));
  await all.tick(NOW + 20);
  expect(all.output().spool).toBe("");
  expect(statusOf(all, "spool/large")?.error).toContain("is left out");
});
