import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanValue, escapeValue, labelName, MAX_LABEL_VALUE } from "../../poller/labels.ts";
import { readSample } from "./scraped.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom("\\", '"', "\n", "\r", "\0", "a", "ü", "\u2028", "\ud800") }),
);

describe("label values", () => {
  test("whatever a value is, it makes one line that reads back as the clean value", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const line = `m{a="${escapeValue(value)}"} 1`;
        expect(line).not.toContain("\n");
        expect(readSample(line).labels).toEqual({ a: cleanValue(value) });
        expect(Buffer.from(line).toString()).toBe(line);
      }),
    );
  });

  test("plain text, umlauts and newlines stay as they are", () => {
    expect(cleanValue("/mnt/Straße 1\n2 👍")).toBe("/mnt/Straße 1\n2 👍");
  });

  test("control characters and halves of characters become U+FFFD", () => {
    expect(cleanValue("a\tb\u001b[31mc\u0085\ud83d")).toBe("a\ufffdb\ufffd[31mc\ufffd\ufffd");
  });

  test("a long value is cut, and never within a character", () => {
    expect(cleanValue("x".repeat(1000))).toHaveLength(MAX_LABEL_VALUE);
    expect(cleanValue("x" + "👍".repeat(200)).at(-1)).toBe("\ufffd");
  });
});

test("whatever a label is called, its name is one that Prometheus takes", () => {
  fc.assert(fc.property(anyText, (text) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(labelName(text))));
  expect(labelName("cmk/os-family")).toBe("cmk_os_family");
  expect(labelName("1st")).toBe("_1st");
});
