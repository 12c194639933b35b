import { expect, test } from "vitest";
import { CRIT, OK, STATE_NAMES, UNKNOWN, WARN, worst } from "../../../poller/judge/state.ts";

test("states are numbered and named as every monitoring system does", () => {
  expect([OK, WARN, CRIT, UNKNOWN].map((state) => `${state} ${STATE_NAMES[state]}`)).toEqual([
    "0 OK",
    "1 WARN",
    "2 CRIT",
    "3 UNKNOWN",
  ]);
});

test("unknown is worse than a warning, and better than critical", () => {
  expect(worst([OK, WARN, UNKNOWN])).toBe(UNKNOWN);
  expect(worst([UNKNOWN, WARN])).toBe(UNKNOWN);
  expect(worst([UNKNOWN, CRIT, OK])).toBe(CRIT);
});

test("the worst of none is OK", () => {
  expect(worst([])).toBe(OK);
});
