import { expect, test } from "vitest";
import { rate } from "../../../poller/judge/rate.ts";

test("a counter's rate is what it grew by per second", () => {
  expect(rate(150, 100, 20)).toBe(2.5);
  expect(rate(100, 100, 20)).toBe(0);
});

test.each([
  ["there is no earlier value", 1, undefined, 10],
  ["there is no value now", undefined, 1, 10],
  ["no time went by", 2, 1, 0],
  ["time went backwards", 2, 1, -5],
  ["the time is not known", 2, 1, NaN],
  ["the counter was reset", 1, 2, 10],
])("there is no rate when %s", (_, now, before, seconds) => {
  expect(rate(now, before, seconds)).toBeUndefined();
});
