import { expect, test } from "vitest";
import { labels } from "../../../poller/checks/labels.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { judged } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  labels.parse(sectionRows(["<<<labels:sep(0)>>>", ...lines, ""].join("\n")));

test("objects are joined, line by line; only texts are labels", () => {
  const found = parse('{"cmk/device_type": "vm", "n": 1}', '{"site": "north"}');
  expect([...(found ?? [])]).toEqual([
    ["cmk/device_type", "vm"],
    ["site", "north"],
  ]);
  expect(judged(labels, found)).toEqual([]);
});

test.each(["{", "null", "[]", '"vm"', "vm"])("%s is refused", (line) => {
  expect(() => parse(line)).toThrow(ParseError);
});

test("no line at all is no section", () => {
  expect(parse()).toBeUndefined();
});
