import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codec } from "../../poller/decode.ts";

/** Decodes bytes as one line of a part that consists of `part`, by default of the line alone. */
function decode(name: string | undefined, bytes: readonly number[], part = bytes): string {
  const found = codec(name);
  if (!found) throw new Error(`no codec ${String(name)}`);
  const all = Buffer.from([...part, ...bytes]);
  return found(all)(all, part.length, all.length);
}

const utf8 = (text: string): number[] => [...Buffer.from(text)];

describe("names", () => {
  test.each([
    ["utf-8", utf8("ü"), "ü"],
    ["UTF8", utf8("ü"), "ü"],
    ["utf_8", utf8("€"), "€"],
    ["latin-1", [0xfc], "ü"],
    ["latin1", [0xfc], "ü"],
    ["iso-8859-1", [0xfc], "ü"],
    ["ISO8859-1", [0xfc], "ü"],
    ["iso-8859-15", [0xa4], "€"],
    ["ascii", utf8("plain"), "plain"],
    ["cp437", [0x81, 0x84, 0xe1], "üäß"],
    ["437", [0x81], "ü"],
    ["cp850", [0x9b], "ø"],
    ["cp1252", [0x80], "€"],
    ["windows-1252", [0x80], "€"],
    ["koi8_r", [0xc1], "а"],
    ["cp1251", [0xe0], "а"],
    ["shift_jis", [0x83, 0x65], "テ"],
    ["gb18030", [0xd6, 0xd0], "中"],
    ["utf-8-sig", [0xef, 0xbb, 0xbf, ...utf8("ü")], "ü"],
  ])("%s is known", (name, bytes, text) => {
    expect(decode(name, bytes)).toBe(text);
  });

  test("without a name it is UTF-8", () => {
    expect(decode(undefined, utf8("30 °C"))).toBe("30 °C");
  });

  test.each([
    "",
    "klingon",
    "cp99999",
    "cp000",
    "constructor",
    "__proto__",
    "hex",
    "base64",
    "rot13",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "utf-7",
    "mactostring",
  ])("%j is unknown", (name) => {
    expect(codec(name)).toBeUndefined();
  });
});

describe("a line that is not valid in its codec is read as Latin-1", () => {
  test.each([
    [undefined, [0x61, 0xff], "aÿ"],
    ["utf-8", [0xc3], "Ã"],
    ["utf-8", [0xed, 0xa0, 0x80], "í\u00a0\u0080"],
    ["ascii", [0xe9], "é"],
    ["cp1252", [0x81, 0xe9], "\u0081é"],
    ["shift_jis", [0x83], "\u0083"],
  ])("%s", (name, bytes, text) => {
    expect(decode(name, bytes)).toBe(text);
  });

  test("and leaves the other lines as they were", () => {
    expect(decode("utf-8", utf8("ü"), [0xff, 0x0a])).toBe("ü");
  });
});

test("no bytes make a codec throw, and plain ASCII is the same in all of them", () => {
  const names = fc.constantFrom(
    "utf-8",
    "utf-8-sig",
    "cp437",
    "cp1252",
    "cp932",
    "gb18030",
    "big5",
  );
  fc.assert(
    fc.property(names, fc.uint8Array(), fc.stringMatching(/^[ -~]*$/), (name, bytes, text) => {
      expect(decode(name, [...bytes])).toBeTypeOf("string");
      expect(decode(name, utf8(text))).toBe(text);
    }),
  );
});
