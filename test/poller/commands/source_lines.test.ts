import fc from "fast-check";
import { expect, test } from "vitest";
import { sourceLines } from "../../../poller/commands/source_lines.ts";

const look = (matter: RegExp) => (text: Buffer) =>
  text
    .toString()
    .split("\n")
    .filter((line) => matter.test(line))
    .join();

test("only lines that make a difference are found, in their order, whatever stands between", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("yes", "no", "maybe not", "", "ä")), (lines) => {
      const text = Buffer.from(`<<<a>>>\n${lines.join("\n")}\n`);
      expect(sourceLines(text, look(/yes/))).toEqual(lines.filter((line) => line === "yes"));
    }),
  );
});

test("headers are no lines", () => {
  expect(sourceLines(Buffer.from("<<<a>>>\n1\n<<<a>>>\n2\n"), look(/./))).toEqual(["1", "2"]);
});

test("where any of some lines would do, all of them are told", () => {
  const any = (text: Buffer): string => String(text.includes("x"));
  expect(sourceLines(Buffer.from("x\nx\n"), any)).toEqual(["x", "x"]);
});

test("a long text costs a bounded number of looks", () => {
  let looks = 0;
  const found = sourceLines(Buffer.from("x\n".repeat(20_000)), (text) => {
    looks++;
    return String(text.length);
  });
  expect(looks).toBeLessThan(2100);
  expect(found.length).toBeGreaterThan(0);
});
