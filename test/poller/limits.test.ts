import { expect, test } from "vitest";
import { limitsOf } from "../../poller/limits.ts";

test("limits that cut something are told with how much, under one list of names", () => {
  const cut = { headers: 0, sections: 3, piggyback_hosts: 4000, line_length: 0, persisted: 1 };
  expect(limitsOf(cut, { duplicate: 9, limit: 5, truncated: 2 })).toEqual({
    sections: 3,
    piggyback_hosts: 4000,
    persisted: 1,
    series: 5,
    label_length: 2,
  });
});

test("limits that cut nothing are not told", () => {
  expect(limitsOf(undefined, { duplicate: 1, limit: 0, truncated: 0 })).toEqual({});
});
