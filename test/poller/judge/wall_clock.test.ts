import { expect, test } from "vitest";
import { epochOf } from "../../../poller/judge/wall_clock.ts";

test.each([
  ["2026-01-31 10:28:05", "UTC", "2026-01-31T10:28:05Z"],
  ["2026-01-31 10:28:05", "Europe/Berlin", "2026-01-31T09:28:05Z"],
  ["2026-07-31 10:28:05", "Europe/Berlin", "2026-07-31T08:28:05Z"],
  ["2026-03-29 03:00:01", "Europe/Berlin", "2026-03-29T01:00:01Z"],
  ["2026-01-01 00:00:00", "America/St_Johns", "2026-01-01T03:30:00Z"],
])("%s in %s is %s", (shown, zone, utc) => {
  expect(epochOf(shown, zone)).toBe(Date.parse(utc) / 1000);
});

test("what is no time, or no zone, has no epoch", () => {
  expect(epochOf("yesterday", "UTC")).toBeUndefined();
  expect(epochOf("2026-01-31 10:28:05", "Moon/Crater")).toBeUndefined();
});
