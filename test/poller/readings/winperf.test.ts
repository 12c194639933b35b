import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCounters } from "../../../poller/readings/winperf.ts";

const read = (...lines: string[]) => readCounters(lines.map((line) => line.split(" ")));

const TITLE = "1700000000.25 238 1000";

/** The first counter of the only instance. */
const valueOf = (line: string, title = TITLE): number | undefined => {
  const [, counter] = read(title, line)[0]?.instances[0]?.counters.entries().next().value ?? [];
  return counter;
};

test("each instance has its column, under the counters' numbers", () => {
  const [set] = read(TITLE, "2 instances: 0 _Total", "-90 3 4 counter", "6 5 6 rawcount");
  expect(set).toEqual({
    time: 1_700_000_000.25,
    object: 238,
    instances: [
      {
        name: "0",
        counters: new Map([
          [-90, 3],
          [6, 5],
        ]),
      },
      {
        name: "_Total",
        counters: new Map([
          [-90, 4],
          [6, 6],
        ]),
      },
    ],
  });
});

test("what there is only once has no name", () => {
  const [set] = read(TITLE, "4 23 rawcount");
  expect(set?.instances).toEqual([{ name: "", counters: new Map([[4, 23]]) }]);
});

test("a section may tell of several objects", () => {
  const sets = read(TITLE, "4 1 rawcount", "1700000001 1530 1000", "4 2 rawcount");
  expect(sets.map(({ object, instances }) => [object, instances[0]?.counters.get(4)])).toEqual([
    [238, 1],
    [1530, 2],
  ]);
});

describe("times are seconds", () => {
  test.each([
    ["100nsec_timer", 5],
    ["100nsec_timer_inv", 5],
    ["type(20570500)", 5],
    ["type(550500)", 5],
  ])("of 100 ns each where the type is %s", (type, seconds) => {
    expect(valueOf(`6 50000000 ${type}`)).toBeCloseTo(seconds, 9);
  });

  test.each(["timer", "average_timer", "queuelen_type", "type(450500)"])(
    "of ticks where the type is %s, or nothing where nobody says how long those are",
    (type) => {
      expect(valueOf(`6 5000 ${type}`)).toBeCloseTo(5, 9);
      expect(valueOf(`6 5000 ${type}`, "1700000000.25 238")).toBeUndefined();
      expect(valueOf(`6 5000 ${type}`, "1700000000.25 238 0")).toBeUndefined();
    },
  );

  test.each(["counter", "bulk_count", "large_rawcount", "type(10410500)", "type(zz)", "type()"])(
    "all else is as it is counted: %s",
    (type) => {
      expect(valueOf(`6 5000 ${type}`)).toBe(5000);
    },
  );
});

test("of equal numbers the first counts: the others are what it is measured against", () => {
  expect(valueOf("6 5 average_bulk")).toBe(5);
  const [set] = read(TITLE, "6 5 average_bulk", "6 99 average_base");
  expect(set?.instances[0]?.counters.get(6)).toBe(5);
});

test("of equal instances the first counts", () => {
  const [set] = read(TITLE, "3 instances: a b a", "6 1 2 3 counter");
  expect(set?.instances.map(({ name, counters }) => [name, counters.get(6)])).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test("what old agents write as a negative number has 32 bits without a sign", () => {
  expect(valueOf("6 -1 counter")).toBe(2 ** 32 - 1);
});

test("lines before the first object, of no number, and without a type are passed over", () => {
  expect(read("6 1 counter", TITLE, "x 1 counter", "6 1 2 3", "7 nothing counter")).toEqual([
    { time: 1_700_000_000.25, object: 238, instances: [{ name: "", counters: new Map() }] },
  ]);
});

test("whatever is written comes back", () => {
  const table = fc.record({
    names: fc.uniqueArray(fc.stringMatching(/^[A-Za-z_][\w:#[\]]{0,12}$/), { minLength: 1 }),
    ids: fc.uniqueArray(fc.integer({ min: -300, max: 2000 }), { minLength: 1 }),
    seed: fc.nat(1e9),
  });
  fc.assert(
    fc.property(table, ({ names, ids, seed }) => {
      const cell = (id: number, column: number): number => (seed + id + 300) * (column + 1);
      const lines = ids.map((id) =>
        [id, ...names.map((_, column) => cell(id, column)), "bulk_count"].join(" "),
      );
      const [set] = read(TITLE, `${names.length} instances: ${names.join(" ")}`, ...lines);
      expect(set?.instances.map(({ name }) => name)).toEqual(names);
      for (const [column, { counters }] of (set?.instances ?? []).entries())
        expect(counters).toEqual(new Map(ids.map((id) => [id, cell(id, column)])));
    }),
  );
});
