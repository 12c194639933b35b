import { expect, test } from "vitest";
import { ParseError } from "../../../poller/judge/check.ts";
import { jsonObject } from "../../../poller/judge/json.ts";

test("an object is read", () => {
  expect(jsonObject('{"a": [1, null]}')).toEqual({ a: [1, null] });
});

test.each(["", "{", "[]", "null", "7", '"text"', "{}}"])("%j is refused with a reason", (line) => {
  expect(() => jsonObject(line)).toThrow(ParseError);
});
