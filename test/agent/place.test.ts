import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPlace, parsePlace } from "../../agent/place.ts";
import { UsageError } from "../../agent/usage.ts";

test("a path is a unix socket's", () => {
  expect(parsePlace("unix:/run/check-mk-agent.socket")).toEqual({
    path: "/run/check-mk-agent.socket",
  });
  expect(parsePlace("unix:/run/odd:80")).toEqual({ path: "/run/odd:80" });
});

test.each([
  "unix:",
  "unix:relative",
  "unix",
  `unix:/${"x".repeat(107)}`,
  `unix:/${"ä".repeat(54)}`,
])("%s is none: what is longer than the kernel takes would be cut off", (text) => {
  expect(() => parsePlace(text)).toThrow(UsageError);
  expect(() => parsePlace(text)).toThrow(/107 bytes/);
});

test("the longest path that the kernel takes", () => {
  const path = `/${"x".repeat(106)}`;
  expect(parsePlace(`unix:${path}`)).toEqual({ path });
});

test("every place is read as it is written", () => {
  const place = fc.oneof(
    fc.record({
      address: fc.oneof(fc.ipV4(), fc.ipV6()),
      port: fc.nat({ max: 65_535 }),
    }),
    fc.record({ path: fc.stringMatching(/^\/[!-~]{0,100}$/) }),
  );
  fc.assert(
    fc.property(place, (one) => {
      expect(parsePlace(formatPlace(one))).toEqual(one);
    }),
  );
});
