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
      expect(sourceLines(text, look(/yes/)).lines).toEqual(lines.filter((line) => line === "yes"));
    }),
  );
});

test("headers are no lines", () => {
  expect(sourceLines(Buffer.from("<<<a>>>\n1\n<<<a>>>\n2\n"), look(/./))).toEqual({
    lines: ["1", "2"],
    isWhole: true,
  });
});

test("where any of some lines would do, all of them are told", () => {
  const any = (text: Buffer): string => String(text.includes("x"));
  expect(sourceLines(Buffer.from("x\nx\n"), any).lines).toEqual(["x", "x"]);
});

test("a long text costs a bounded number of looks", () => {
  let looks = 0;
  const { lines, isWhole } = sourceLines(Buffer.from("x\n".repeat(20_000)), (text) => {
    looks++;
    return String(text.length);
  });
  expect(looks).toBeLessThan(2100);
  expect(lines.length).toBeGreaterThan(0);
  expect(isWhole).toBe(false);
});

test("looks that take long are ended, and that is told", () => {
  const slow = (text: Buffer): string => {
    const end = performance.now() + 5;
    while (performance.now() < end);
    return String(text.length);
  };
  const began = performance.now();
  expect(sourceLines(Buffer.from("x\n".repeat(1000)), slow, 100).isWhole).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});

test("all of a very long text may be what matters", () => {
  const text = Buffer.from("x\n".repeat(300_000));
  const any = (left: Buffer): string => String(left.includes("x"));
  expect(sourceLines(text, any).lines).toHaveLength(300_000);
});
