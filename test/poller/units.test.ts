import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration, parseSize } from "../../poller/units.ts";

test.each([
  ["30s", 30],
  ["1m30s", 90],
  ["500ms", 0.5],
  ["1.5s", 1.5],
  ["1d12h", 129_600],
  ["0s", 0],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "30", "30 s", "s", "30s1m", "-5s", "1e3s", "5min", "١s"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test("a duration that was written can be read", () => {
  fc.assert(
    fc.property(fc.nat(10_000_000_000), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds / 1000))).toBe(milliseconds / 1000);
    }),
  );
});

test.each([
  ["16MiB", 16_777_216],
  ["64KiB", 65_536],
  ["1MB", 1_000_000],
  ["1.5GiB", 1_610_612_736],
  ["512B", 512],
])("%s is %d bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(["", "16", "MiB", "16 MiB", "16mib", "-1MiB", "1constructor", "1TiB"])(
  "%j is no size",
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);
