import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../../../agent/readings/printable.ts";

const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

test.each([
  ["plain text ~!", "plain text ~!"],
  ["tab\tnewline\nescape\x1b[31m\x7f", "tab?newline?escape?[31m?"],
  [bytes("ä € 😀 größe"), bytes("ä € 😀 größe")],
  [bytes("\u0085\u009b\u2028\u2029"), "????"],
  ["bad\xff\xfe", "bad??"],
  ["cut\xe2\x82", "cut??"],
  ["overlong \xc0\x80", "overlong ??"],
  ["surrogate \xed\xa0\x80", "surrogate ???"],
  ["too large \xf4\x90\x80\x80", "too large ????"],
])("%j becomes %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test("any bytes become UTF-8 without controls, and printable text stays as it is", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (data) => {
      const text = Buffer.from(printable(Buffer.from(data).toString("latin1")), "latin1");
      expect(() => new TextDecoder("utf-8", { fatal: true }).decode(text)).not.toThrow();
      expect(text.toString("utf8")).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(printable(text.toString("latin1"))).toBe(text.toString("latin1"));
    }),
  );
});
