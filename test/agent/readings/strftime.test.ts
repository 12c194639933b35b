import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { strftime } from "../../../agent/readings/strftime.ts";
import { program, testWith } from "../../peers.ts";

const at = (...parts: [number, number, number, number?, number?, number?]): number =>
  new Date(...parts).getTime() / 1000;

test.each([
  ["%Y-%m-%d", "2026-03-09"],
  ["%F %T", "2026-03-09 08:05:07"],
  ["%D %R", "03/09/26 08:05"],
  ["%y%j", "26068"],
  ["%-d.%-m. %e", "9.3.  9"],
  ["%a %A %b %B %h", "Mon Monday Mar March Mar"],
  ["%I%p", "08AM"],
  ["%u%w", "11"],
  ["%G-W%V", "2026-W11"],
  ["100%%", "100%"],
  ["%Q %", "%Q %"],
  ["", ""],
])("%s is %s on the ninth of March", (format, text) => {
  expect(strftime(format, at(2026, 2, 9, 8, 5, 7))).toBe(text);
});

test("midnight is twelve in the morning, noon in the afternoon", () => {
  expect(strftime("%I %p", at(2026, 0, 1, 0))).toBe("12 AM");
  expect(strftime("%I %p", at(2026, 0, 1, 12))).toBe("12 PM");
});

test("the first days of January may belong to the last week of the year before", () => {
  expect(strftime("%G-W%V", at(2027, 0, 3))).toBe("2026-W53");
  expect(strftime("%G-W%V", at(2027, 0, 4))).toBe("2027-W01");
  expect(strftime("%G-W%V", at(2024, 11, 30))).toBe("2025-W01");
});

testWith(program("date"))("whenever it is, it is what date says", () => {
  const letters = "Y y m d e j H I M S p s a A b B h u w V G F D R T -d -m -H -j %".split(" ");
  const format = letters.map((letter) => `%${letter}`).join("|");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (epoch) => {
      const env = { PATH: process.env["PATH"], LC_ALL: "C", TZ: process.env["TZ"] };
      const date = execFileSync("date", [`+${format}`, "-d", `@${epoch}`], { env });
      expect(strftime(format, epoch)).toBe(date.toString().trimEnd());
    }),
    { numRuns: 50 },
  );
});
