import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge, NEVER, NEVER_BELOW, scaled } from "../../../poller/judge/levels.ts";
import { CRIT, OK, WARN, worst } from "../../../poller/judge/state.ts";

const UPPER = { upper: { warn: 80, crit: 90 } };
const LOWER = { lower: { warn: 20, crit: 10 } };

describe("a value", () => {
  test.each([
    [79.9, OK],
    [80, WARN],
    [89.9, WARN],
    [90, CRIT],
    [Infinity, CRIT],
  ])("of %d has state %d under upper levels 80 and 90", (value, state) => {
    expect(judge(value, UPPER).state).toBe(state);
  });

  test.each([
    [20, OK],
    [19.9, WARN],
    [10, WARN],
    [9.9, CRIT],
  ])("of %d has state %d over lower levels 20 and 10", (value, state) => {
    expect(judge(value, LOWER).state).toBe(state);
  });

  test("that levels cross has the worse state of both sides, and its text", () => {
    const crossed = { upper: { warn: 5, crit: 99 }, lower: { warn: 50, crit: 40 } };
    expect(judge(10, crossed)).toEqual({ state: CRIT, text: " (warn/crit below 50/40)" });
    expect(judge(45, crossed)).toEqual({ state: WARN, text: " (warn/crit at 5/99)" });
  });

  test("has the worst state that each side alone would give", () => {
    const level = fc.record({ warn: fc.integer(), crit: fc.integer() });
    fc.assert(
      fc.property(fc.integer(), level, level, (value, upper, lower) => {
        const sides = [judge(value, { upper }).state, judge(value, { lower }).state];
        expect(judge(value, { upper, lower }).state).toBe(worst(sides));
      }),
    );
  });
});

test("levels that are off never hit", () => {
  const off = { upper: NEVER, lower: NEVER_BELOW };
  for (const value of [-Infinity, -1e300, 0, 1e300])
    expect(judge(value, off)).toEqual({ state: OK, text: "" });
});

test("bounds are written as the value is, and one that is off as never", () => {
  const render = (bound: number): string => `${bound} °C`;
  expect(judge(85, UPPER, render).text).toBe(" (warn/crit at 80 °C/90 °C)");
  expect(judge(85, { upper: { warn: 80, crit: Infinity } }, render).text).toBe(
    " (warn/crit at 80 °C/never)",
  );
});

test("levels can be scaled, and stay off when they are", () => {
  expect(scaled({ warn: 0.5, crit: 1 }, 8)).toEqual({ warn: 4, crit: 8 });
  expect(scaled(NEVER, 8)).toEqual(NEVER);
});
