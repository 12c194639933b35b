import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ruled } from "../../poller/judge/ruled.ts";
import type { Rule } from "../../poller/judge/rules.ts";
import { CRIT, OK, type State, UNKNOWN, WARN } from "../../poller/judge/state.ts";
import { bundle, Services } from "../../poller/services.ts";

const rules = [0, 1, 2].map((at): Rule => ({
  ...{ where: { labels: {}, tags: [], facts: {} }, params: {}, ignore: false },
  origin: `rules[${at}]`,
}));

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "null",
    'a "quoted" \\ name\nof two lines',
    "\ud83d\ude00 \ud83d",
    "__proto__",
  ),
  // So much that it is kept as bytes.
  fc.constant("\u00e4\u20ac".repeat(600)),
);
const anyNumber = fc.oneof(
  // JSON knows no minus zero, and nobody misses it.
  fc.double().map((value) => (value === 0 ? 0 : value)),
  fc.constantFrom(0, Infinity, -Infinity, NaN, 2 ** 53, 1e-7),
);
const plain = { noNullPrototype: true };
const maybe = { ...plain, requiredKeys: [] };
const levels = fc.record({ warn: anyNumber, crit: anyNumber }, plain);
const perf = fc
  .tuple(
    fc.record({ name: anyText, value: anyNumber }),
    fc.record({ min: anyNumber, max: anyNumber }, maybe),
    fc.oneof(fc.record({ upper: levels }, plain), fc.record({ lower: levels }, plain)),
    fc.record({ levels: fc.record({ upper: levels, lower: levels }, plain) }, maybe),
    fc.boolean(),
  )
  .map(([own, ends, side, both, isOneSided]) => ({
    ...{ ...own, ...ends },
    ...(isOneSided ? { levels: side } : both),
  }));
const anyState = fc.constantFrom<State>(OK, WARN, CRIT, UNKNOWN);
const anyResult: fc.Arbitrary<Ruled> = fc
  .tuple(
    fc.record({ service: anyText, state: anyState, summary: anyText }),
    fc.record(
      {
        ...{ item: anyText, details: anyText, perfdata: fc.array(perf, { maxLength: 4 }) },
        rule: fc.constantFrom(...rules),
      },
      maybe,
    ),
  )
  .map(([own, more]) => ({ ...own, ...more }));
const anyResults = fc.array(anyResult, { maxLength: 8 });

const result = (service: string, state: State = OK): Ruled => ({ service, state, summary: "" });

test("whatever checks say comes out as it went in, with the very same rules", () => {
  fc.assert(
    fc.property(anyResults, anyResults, (some, others) => {
      const services = new Services([bundle("some", some), bundle("others", others)]);
      const wanted = [
        ...some.map((one) => ({ ...one, check: "some" })),
        ...others.map((one) => ({ ...one, check: "others" })),
      ];
      const found = [...services];
      expect(found).toStrictEqual(wanted);
      expect(found.every(({ rule }, at) => rule === wanted[at]?.rule)).toBe(true);
      expect(services).toHaveLength(wanted.length);
      expect(services.names()).toEqual(wanted.map(({ service }) => service));
      expect([...services.each()]).toEqual(wanted.map(({ state }) => state));
      expect([...services.states()]).toEqual(
        wanted.map(({ check, service, state }) => ({ check, service, state })),
      );
      for (const state of [OK, WARN, CRIT, UNKNOWN])
        expect(services.has(state)).toBe(wanted.some((one) => one.state === state));
    }),
    { numRuns: 300 },
  );
});

test("what is absent is absent again, whatever stands behind it", () => {
  const [rule] = rules;
  const levels = { lower: { warn: -Infinity, crit: NaN } };
  const all: Ruled[] = [
    { ...result("rule"), rule: rule! },
    { ...result("numbers"), perfdata: [] },
    { ...result("lower"), perfdata: [{ name: "a", value: Infinity, levels }] },
    { ...result("max"), perfdata: [{ name: "a", value: 1, max: Infinity }] },
  ];
  expect([...new Services([bundle("toy", all)])]).toStrictEqual(
    all.map((one) => ({ ...one, check: "toy" })),
  );
});

test("none are none", () => {
  for (const none of [new Services([]), new Services([bundle("toy", [])])]) {
    expect([[...none], none.length, none.names()]).toEqual([[], 0, []]);
    expect([OK, WARN, CRIT, UNKNOWN].filter((state) => none.has(state))).toEqual([]);
  }
});

describe("services are as others", () => {
  const services = (...all: readonly Ruled[]): Services => new Services([bundle("toy", all)]);
  const before = services(result("a"), result("b", WARN));

  test("with the same names and states, whatever else they say", () => {
    expect(before.areAs(before)).toBe(true);
    const later = services({ ...result("a"), summary: "later" }, result("b", WARN));
    expect(before.areAs(later)).toBe(true);
  });

  test.each([
    ["another state", services(result("a"), result("b", CRIT))],
    ["another name", services(result("a"), result("c", WARN))],
    ["another order", services(result("b", WARN), result("a"))],
    ["one more", services(result("a"), result("b", WARN), result("c"))],
    ["one less", services(result("a"))],
    ["another check", new Services([bundle("other", [result("a"), result("b", WARN)])])],
    ["one more check", new Services([...before.bundles, bundle("other", [result("c")])])],
    ["none", new Services([])],
  ])("not with %s", (_, others) => {
    expect(before.areAs(others)).toBe(false);
    expect(others.areAs(before)).toBe(false);
  });
});
