import { describe, expect, test } from "vitest";
import { declaredBy, Families, timesOf } from "../../poller/families.ts";
import type { Check } from "../../poller/judge/check.ts";
import { each, gauge } from "../../poller/judge/metrics.ts";
import { old_sizes, sizes } from "./toy.ts";

const named = (): Check["metrics"] => [gauge("toy_a", "A.", () => 1)];

describe("families", () => {
  test("that bear one name and are not the same are refused", () => {
    expect(() => new Families([named(), named()])).toThrow("two metric families are named toy_a");
  });

  test("stand in the order in which they are declared, each once", () => {
    const [thing] = named();
    const group = each(() => [1], {}, [gauge("toy_b", "B.", Number), gauge("toy_c", "C.", Number)]);
    const { list } = new Families([[group], [thing!, group]]);
    expect(list.map(({ name }) => name)).toEqual(["toy_b", "toy_c", "toy_a"]);
  });

  test("know who gives them, and at which place", () => {
    const families = new Families([sizes.metrics, old_sizes.metrics]);
    const [things, size] = families.list;
    expect(families.givers(things!)).toEqual([{ metrics: sizes.metrics, place: 0 }]);
    expect(families.givers(size!)).toEqual([
      { metrics: sizes.metrics, place: 1 },
      { metrics: old_sizes.metrics, place: 0 },
    ]);
    expect([things, size].map((one) => families.isShared(one!))).toEqual([false, true]);
    expect(families.givers(gauge("toy_stray", "Stray.", () => 1))).toEqual([]);
  });

  test("of checks that have the very same metrics are shared, and given at one place", () => {
    const metrics = named();
    const families = new Families([metrics, metrics]);
    const [family] = families.list;
    expect(families.isShared(family!)).toBe(true);
    expect(families.givers(family!)).toEqual([{ metrics, place: 0 }]);
  });
});

describe("times", () => {
  const [things, size, reads] = declaredBy(sizes.metrics);
  const timesAt = (...taken: readonly (readonly [{ metrics: Check["metrics"] }, number])[]) => [
    ...timesOf(
      taken.map(([{ metrics }, time]) => ({ metrics, time })),
      1000,
    ),
  ];

  test("are told of families that are not of the time of the report", () => {
    expect(timesAt([sizes, 1000])).toEqual([]);
    expect(timesAt([sizes, 900])).toEqual([
      [things, 900],
      [size, 900],
      [reads, 900],
    ]);
  });

  test("of what two give are the later one's, and none if one is the report's", () => {
    for (const [first, second] of [
      [900, 950],
      [950, 900],
    ] as const)
      expect(timesAt([sizes, first], [old_sizes, second])).toEqual([
        [things, first],
        [size, 950],
        [reads, 950],
      ]);
    expect(timesAt([sizes, 900], [old_sizes, 1000])).toEqual([[things, 900]]);
  });
});
