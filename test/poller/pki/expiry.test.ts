import { describe, expect, test } from "vitest";
import { expiryInWords, isExpiring, parseDays, validity } from "../../../poller/pki/expiry.ts";
import { PkiError } from "../../../poller/pki/names.ts";

const now = new Date("2026-01-10T12:00:00Z");
const after = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);

test.each([
  [after(24 * 400), "expires in 400 days (2027-02-14)"],
  [after(24), "expires in 1 day (2026-01-11)"],
  [after(1), "expires within a day (2026-01-10)"],
  [after(0), "expired today (2026-01-10)"],
  [after(-1), "expired today (2026-01-10)"],
  [after(-25), "expired 1 day ago (2026-01-09)"],
  [after(-24 * 3 - 1), "expired 3 days ago (2026-01-07)"],
])("the end on %s in words", (notAfter, words) => {
  expect(expiryInWords(notAfter, now)).toBe(words);
});

test("fewer than 30 days left are too few", () => {
  expect(isExpiring(after(30 * 24), now)).toBe(false);
  expect(isExpiring(after(30 * 24 - 1), now)).toBe(true);
  expect(isExpiring(after(-1), now)).toBe(true);
});

describe("validity", () => {
  test("begins an hour ago, for hosts whose clocks are slow", () => {
    expect(validity({ days: 2, now })).toEqual({ notBefore: after(-1), notAfter: after(48) });
  });

  test("ends at a whole second, not before its days are over", () => {
    const odd = new Date(now.getTime() + 1);
    expect(validity({ days: 1, now: odd }).notAfter).toEqual(new Date("2026-01-11T12:00:01Z"));
  });

  test("ends with the authority's", () => {
    expect(validity({ days: 2, now, until: after(5) }).notAfter).toEqual(after(5));
    expect(validity({ days: 2, now, until: after(500) }).notAfter).toEqual(after(48));
  });

  test("is none under an authority that has expired", () => {
    expect(() => validity({ days: 2, now, until: now })).toThrow(/renew ca/);
  });
});

test("days are whole numbers from 1 to 36500", () => {
  expect(["1", "400", "36500"].map(parseDays)).toEqual([1, 400, 36_500]);
  for (const text of ["", "0", "-1", "1.5", "36501", "1e3", " 1", "year"])
    expect(() => parseDays(text)).toThrow(PkiError);
});
