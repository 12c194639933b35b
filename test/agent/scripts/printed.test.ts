import fc from "fast-check";
import { expect, test } from "vitest";
import { printedText } from "../../../agent/scripts/printed.ts";
import { isHeader } from "../../../wire/header.ts";

const CACHED = { at: 1700000000, interval: 300 };
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

test("a plugin's sections pass unchanged, whatever bytes they hold", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (data) => {
      const text = `<<<any>>>\n${Buffer.from(data).toString("latin1").replaceAll("<", "")}\n`;
      expect(printedText("plugins", bytes(text))).toBe(text);
    }),
  );
});

test("a last line that is not ended is ended; what is blank is nothing", () => {
  expect(printedText("plugins", bytes("<<<a>>>\nb"))).toBe("<<<a>>>\nb\n");
  expect(printedText("local", bytes("0 A - a"))).toBe("0 A - a\n");
  for (const blank of ["", "\n", " \r\n\n"]) {
    expect(printedText("plugins", bytes(blank), CACHED)).toBe("");
    expect(printedText("local", bytes(blank), CACHED)).toBe("");
  }
});

test.each([
  ["<<<a>>>", "<<<a:cached(1700000000,300)>>>"],
  ["<<<a:sep(0):encoding(cp437)>>>\r", "<<<a:sep(0):encoding(cp437):cached(1700000000,300)>>>\r"],
  ["<<<a:cached(1,2)>>>", "<<<a:cached(1,2)>>>"],
  ["<<<a:cached(1,2):sep(9)>>>", "<<<a:cached(1,2):sep(9)>>>"],
  ["<<<>>>", "<<<>>>"],
  ["<<<:sep(0)>>>", "<<<:sep(0)>>>"],
  ["<<<not-a-name>>>", "<<<not-a-name>>>"],
])("a cached plugin's header %j becomes %j", (header, marked) => {
  const text = printedText("plugins", bytes(`${header}\ndata >>>\n <<<b>>>\n`), CACHED);
  expect(text).toBe(`${marked}\ndata >>>\n <<<b>>>\n`);
});

test("a plugin that speaks for another host gives the word back", () => {
  const open = "<<<<web1>>>>\n<<<a>>>\nx\n";
  expect(printedText("plugins", bytes(open))).toBe(`${open}<<<<>>>>\n`);
  expect(printedText("plugins", bytes(`${open}<<<<>>>>\n`))).toBe(`${open}<<<<>>>>\n`);
  expect(printedText("plugins", bytes(open), CACHED)).toBe(
    "<<<<web1>>>>\n<<<a:cached(1700000000,300)>>>\nx\n<<<<>>>>\n",
  );
});

test("what a plugin prints before its first header goes to no section", () => {
  expect(printedText("plugins", bytes("warning: x\n<<<a>>>\n"))).toBe(
    "<<<>>>\nwarning: x\n<<<a>>>\n",
  );
});

test("each line of a cached local check says its age, unless it does so itself", () => {
  const text = "0 A - a\n\ncached(1,2) 1 B - b\r\n<<<<web1>>>>\n";
  expect(printedText("local", bytes(text), CACHED)).toBe(
    "cached(1700000000,300) 0 A - a\n\ncached(1,2) 1 B - b\r\n<<<<web1>>>>\n" +
      "<<<<>>>>\n<<<local:sep(0)>>>\n",
  );
});

test("a local check that prints headers leaves the next one in the local section", () => {
  expect(printedText("local", bytes("0 A - a\n<<<mine>>>\nx\n"))).toBe(
    "0 A - a\n<<<mine>>>\nx\n<<<local:sep(0)>>>\n",
  );
});

test("marking adds to lines and never takes, splits or joins any", () => {
  const line = fc.oneof(
    fc.constantFrom("<<<a>>>", "<<<<b>>>>", "<<<>>>", "0 C - d", "cached(1,2) 0 E -", "", "\r"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom("plugins", "local"), (lines, kind) => {
      const plain = printedText(kind, bytes(lines.join("\n")));
      const marked = printedText(kind, bytes(lines.join("\n")), CACHED);
      const unmarked = marked
        .replaceAll(":cached(1700000000,300)>>>", ">>>")
        .replaceAll("cached(1700000000,300) ", "");
      expect(unmarked).toBe(plain);
      expect(marked.split("\n").filter(isHeader)).toHaveLength(
        plain.split("\n").filter(isHeader).length,
      );
    }),
  );
});
