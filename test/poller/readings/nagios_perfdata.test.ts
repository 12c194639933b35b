import { expect, test } from "vitest";
import { readPerfdata } from "../../../poller/readings/nagios_perfdata.ts";

test.each([
  ["a=5", 5, ""],
  ["a=-1.5e3", -1500, ""],
  ["a=2s", 2, "seconds"],
  ["a=250ms", 0.25, "seconds"],
  ["a=4us", 4e-6, "seconds"],
  ["a=3B", 3, "bytes"],
  ["a=2KB", 2048, "bytes"],
  ["a=1MiB", 1_048_576, "bytes"],
  ["a=1gb", 1_073_741_824, "bytes"],
  ["a=42%", 42, "ratio"],
  ["a=12c", 12, "count"],
  ["a=21C", 21, ""],
])("%s is %d of unit %j", (text, value, unit) => {
  expect(readPerfdata(text)).toMatchObject({ perfs: [{ name: "a", value, unit }], faults: [] });
});

test("levels are scaled as their number; of a range the upper part counts", () => {
  expect(readPerfdata("a=250ms;1:200;500;0;1000").perfs[0]).toMatchObject({
    levels: { upper: { warn: 0.2, crit: 0.5 } },
    min: 0,
    max: 1,
  });
  expect(readPerfdata("a=5;;9").perfs[0]?.levels).toEqual({ upper: { warn: 9, crit: 9 } });
  expect(readPerfdata("a=5;9").perfs[0]?.levels).toEqual({ upper: { warn: 9, crit: Infinity } });
  expect(readPerfdata("a=5").perfs[0]?.levels).toEqual({ upper: undefined });
});

test("names may be quoted, with blanks and quotes in them", () => {
  const { perfs } = readPerfdata("'free space'=1 'bob''s'=2 a=3 a=4");
  expect(perfs.map(({ name, value }) => [name, value])).toEqual([
    ["free space", 1],
    ["bob's", 2],
    ["a", 4],
  ]);
});

test("what cannot be read is told", () => {
  expect(readPerfdata("a=U b= c =5 d=1e999 e=inf")).toEqual({
    perfs: [],
    faults: [
      "invalid metric value 'U'",
      "invalid metric value ''",
      "no name in 'c'",
      "no name in '=5'",
      "invalid metric value '1e999'",
      "invalid metric value 'inf'",
    ],
  });
});

test("beyond so many numbers the rest is left out, and told to be", () => {
  const numbers = Array.from({ length: 1001 }, (_, n) => `n${n}=1`).join(" ");
  const { perfs, faults } = readPerfdata(numbers);
  expect(perfs).toHaveLength(1000);
  expect(faults).toEqual(["more than 1000 numbers"]);
});

test("a long line of open quotes is read in time", () => {
  expect(readPerfdata("'x ".repeat(100_000)).perfs).toEqual([]);
});
