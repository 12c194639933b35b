import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatHeader,
  isFooter,
  isHeader,
  isPiggybackHeader,
  MAX_OPTIONS,
  parseCached,
  parseHeader,
  piggybackHost,
} from "../../wire/header.ts";

const name = fc.stringMatching(/^[A-Za-z0-9_]{1,30}$/);
const seconds = fc.nat({ max: 2 ** 40 });

describe("a section header", () => {
  test("holds a name and whatever well-formed options were sent", () => {
    expect(
      parseHeader("<<<winperf:sep(124):encoding(cp437):nostrip():persist(1700000000):new(x)>>>"),
    ).toEqual({
      name: "winperf",
      options: { sep: "124", encoding: "cp437", nostrip: "", persist: "1700000000", new: "x" },
      separator: "|",
      encoding: "cp437",
      persist: 1700000000,
      nostrip: true,
    });
  });

  test("without options is split at blanks, in UTF-8, stripped, and of no known age", () => {
    expect(parseHeader("<<<mem>>>")).toEqual({ name: "mem", options: {}, nostrip: false });
  });

  test("says when its data was made and how long it holds", () => {
    expect(parseHeader("<<<chrony:cached(1700000000,120)>>>")?.cached).toEqual({
      at: 1700000000,
      interval: 120,
    });
  });

  test.each([
    ["sep(09)", "\t"],
    ["sep(0)", "\0"],
    ["sep( +58 )", ":"],
    ["sep(1_24)", "|"],
    ["sep(128512)", "😀"],
  ])("names its separator as Python reads numbers: %s", (option, separator) => {
    expect(parseHeader(`<<<a:${option}>>>`)?.separator).toBe(separator);
  });

  test.each(["<<<a:nostrip:foo>>>", "<<<a::>>>", "<<<a:sep(0)x>>>"])(
    "ignores options that are malformed: %s",
    (line) => {
      expect(parseHeader(line)).toEqual({ name: "a", options: {}, nostrip: false });
    },
  );

  test("may hold parentheses within an option's value", () => {
    expect(parseHeader("<<<a:x(f(1)>>>")?.options).toEqual({ x: "f(1" });
    expect(parseHeader("<<<a:__proto__(1)>>>")?.options).toEqual(
      Object.fromEntries([["__proto__", "1"]]),
    );
  });

  test.each([
    "<<<a-b>>>",
    "<<<a.b>>>",
    "<<<a b>>>",
    "<<< a>>>",
    "<<<ä>>>",
    "<<<>>>>",
    "<<<a:sep()>>>",
    "<<<a:sep(x)>>>",
    "<<<a:sep(-1)>>>",
    "<<<a:sep(1114112)>>>",
    "<<<a:sep(1__0)>>>",
    "<<<a:cached(5)>>>",
    "<<<a:cached(x,5)>>>",
    "<<<a:cached(1.5,5)>>>",
    "<<<a:persist(soon)>>>",
    `<<<a:persist(${"9".repeat(400)})>>>`,
  ])("%s is refused", (line) => {
    expect(parseHeader(line)).toBeUndefined();
  });

  test("of more options than the limit is refused", () => {
    const options = (count: number): string => ":x(1)".repeat(count);
    expect(parseHeader(`<<<a${options(MAX_OPTIONS)}>>>`)).toBeDefined();
    expect(parseHeader(`<<<a${options(MAX_OPTIONS + 1)}>>>`)).toBeUndefined();
    expect(parseHeader(`<<<a${options(10 * MAX_OPTIONS)}>>>`)).toBeUndefined();
  });

  test("reads back as it was written", () => {
    fc.assert(
      fc.property(
        name,
        fc.option(fc.integer({ min: 0, max: 0x10ffff }), { nil: undefined }),
        fc.option(fc.record({ at: seconds, interval: seconds }), { nil: undefined }),
        (name, separator, cached) => {
          const line = formatHeader(name, { separator, cached });
          const header = parseHeader(line);
          expect(isHeader(line) && !isPiggybackHeader(line) && !isFooter(line)).toBe(true);
          expect(header?.name).toBe(name);
          expect(header?.separator?.codePointAt(0)).toBe(separator);
          expect(header?.cached).toEqual(cached);
        },
      ),
    );
  });

  test("whatever stands in it is read or refused, never thrown at", () => {
    const piece = fc.constantFrom(
      ":",
      "(",
      ")",
      ",",
      "sep",
      "cached",
      "_",
      "1",
      " ",
      "<",
      ">",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const header = parseHeader(`<<<${pieces.join("")}>>>`);
        if (header) expect(header.name).toMatch(/^\w+$/);
      }),
    );
  });
});

describe("lines that are told apart", () => {
  test.each([
    ["<<<a>>>", true],
    ["<<<>>>", true],
    [" <<<a>>>", false],
    ["<<<a>>> ", false],
    ["<<<a>>", false],
    ["<<a>>>", false],
  ])("%j is a header: %s", (line, is) => {
    expect(isHeader(line)).toBe(is);
  });

  test("a footer opens nothing", () => {
    expect(["<<<>>>", "<<<:cached(1,2)>>>"].map(isFooter)).toEqual([true, true]);
    expect(isFooter("<<<a>>>")).toBe(false);
  });

  test("a piggyback header names a host, an empty one none", () => {
    expect(["<<<<web1>>>>", "<<<<>>>>"].map(isPiggybackHeader)).toEqual([true, true]);
    expect(["<<<web1>>>>", "<<<<web1>>>"].map(isPiggybackHeader)).toEqual([false, false]);
    expect(["<<<<web1>>>>", "<<<< web1 >>>>", "<<<<>>>>"].map(piggybackHost)).toEqual([
      "web1",
      "web1",
      "",
    ]);
  });
});

test("an age is two whole numbers", () => {
  expect(parseCached("1700000000,300")).toEqual({ at: 1700000000, interval: 300 });
  for (const bad of ["", "1700000000", ",", "1,", "a,b", "1e3,5"])
    expect(parseCached(bad), bad).toBeUndefined();
});
