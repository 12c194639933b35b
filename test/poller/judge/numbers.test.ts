import fc from "fast-check";
import { expect, test } from "vitest";
import { decimal, integer } from "../../../poller/judge/numbers.ts";

test.each([
  ["0", 0],
  ["-1.5", -1.5],
  ["+2", 2],
  [".5", 0.5],
  ["5.", 5],
  ["1e3", 1000],
])("%s is a number", (text, value) => {
  expect(decimal(text)).toBe(value);
});

test.each(["", " ", "1 ", "0x10", "1_000", "1,5", "nan", "Infinity", "1e999", "12kB", "--1", "."])(
  "%j is none",
  (text) => {
    expect(decimal(text)).toBeUndefined();
  },
);

test("a long text that is none is soon found out", () => {
  const digits = "1".repeat(1 << 20);
  const started = performance.now();
  expect(decimal(`${digits}!`)).toBeUndefined();
  expect(decimal(`${digits}.${digits}e${digits}!`)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(5000);
});

test("absence is no number", () => {
  expect([decimal(undefined), integer(undefined)]).toEqual([undefined, undefined]);
});

test("whole numbers have neither fraction nor exponent", () => {
  expect(integer("-12")).toBe(-12);
  for (const text of ["1.0", "1e3", "+1", ""]) expect(integer(text)).toBeUndefined();
});

test("what a program prints is read back", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(decimal(String(value))).toBe(value + 0);
    }),
  );
});
