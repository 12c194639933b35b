import { expect, test } from "vitest";
import { parseStat } from "../../../agent/readings/process.ts";

const stat = (name: string): string =>
  `7 (${name}) S 1 7 7 0 -1 2097216 0 0 0 0 150 25 0 0 20 0 1 0 4200 8192 3 ${"0 ".repeat(23)}99 0 0 0 0\n`;

test("a stat file is read by its fields", () => {
  expect(parseStat("7", stat("name"))).toEqual({
    pid: "7",
    name: "name",
    state: "S",
    isKernelThread: true,
    cpuSeconds: 1.75,
    start: "4200",
    program: "4200 99 name",
    virtualBytes: 8192,
  });
});

test.each(["a b", ")", ") R 1 2 3", "(((", "new\nline", "<<<x>>>\n7 (y) Z 1", ""])(
  "the name %j ends at the last parenthesis",
  (name) => {
    expect(parseStat("7", stat(name))).toMatchObject({ name, state: "S", cpuSeconds: 1.75 });
  },
);

test.each(["", "garbage", "7 (cut) S 1 2 3", "7 (cut", "7 (x) S ".padEnd(300, "x ")])(
  "%j is none",
  (text) => {
    expect(parseStat("7", text)).toBeUndefined();
  },
);
