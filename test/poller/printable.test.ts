import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableJson, printableLines } from "../../poller/printable.ts";

const hostile = "a\u001b[2Jb\u009bc\u202ed\u0000\u2028e\u200bf\ud800g\u007f";

test("nothing that controls a terminal or turns the direction is left of a line", () => {
  expect(printable(hostile)).toBe("a�[2Jb�c�d��e�f�g�");
  expect(printable("a\tb\r\nc")).toBe("a b��c");
  expect(printable("Größe 5 µs – 日本 🚀")).toBe("Größe 5 µs – 日本 🚀");
});

test("lines keep their ends and tabs", () => {
  expect(printableLines("a\tb\r\nc\rd\n\u001b")).toBe("a\tb\r\nc�d\n�");
});

test("JSON keeps everything, and prints", () => {
  expect(printableJson({ hostile })).not.toMatch(/[\p{C}\p{Zl}]/u);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = printableJson([text]);
      expect(JSON.parse(json)).toEqual([text]);
      expect(json).not.toMatch(/\p{C}/u);
    }),
  );
});
