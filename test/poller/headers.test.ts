import fc from "fast-check";
import { expect, test } from "vitest";
import { headerOf } from "../../poller/headers.ts";
import { parseHeader } from "../../wire/header.ts";

const lines = [
  "<<<df>>>",
  "<<<df:sep(9)>>>",
  "<<<df:cached(1700000000,60)>>>",
  "<<<df:persist(1700000000)>>>",
  "<<<no name>>>",
  "<<<df:sep(x)>>>",
];

test("a header is read the same, however often it comes", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines)), (some) => {
      for (const line of some) expect(headerOf(line)).toEqual(parseHeader(line));
    }),
  );
});

test("a header that came before is not read again", () => {
  expect(headerOf("<<<df:sep(124)>>>")).toBe(headerOf("<<<df:sep(124)>>>"));
});

test("one that a host makes up anew each time takes no room", () => {
  const header = headerOf("<<<kernel>>>");
  for (let i = 0; i < 5000; i++) headerOf(`<<<made_up_${i}>>>`);
  expect(headerOf("<<<kernel>>>")).not.toBe(header);
  expect(headerOf("<<<kernel>>>")).toEqual(header);
});

test("one that tells a time is not remembered", () => {
  const line = "<<<df:cached(1700000000,60)>>>";
  expect(headerOf(line)).not.toBe(headerOf(line));
});
