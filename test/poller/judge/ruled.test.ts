import { describe, expect, test } from "vitest";
import type { Check } from "../../../poller/judge/check.ts";
import { Watched } from "../../../poller/judge/recall.ts";
import { ruled, rulesOf } from "../../../poller/judge/ruled.ts";
import type { Rule } from "../../../poller/judge/rules.ts";
import { STATE_NAMES } from "../../../poller/judge/state.ts";
import { sizes } from "../toy.ts";

const rule = (one: Partial<Rule>): Rule => ({
  ...{ where: { labels: {}, tags: [], facts: {} }, check: "sizes", params: {}, ignore: false },
  ...{ origin: "rules[0]", ...one },
});
const data = {
  time: undefined,
  things: [
    { name: "sda", value: 50 },
    { name: "sdb", value: 60 },
  ],
};
const judge = (rules: readonly Rule[], check: Check = sizes) => [
  ...ruled(check, data, new Watched({ at: 1000 }), rulesOf(check, rules)),
];
const states = (...rules: Rule[]) =>
  judge(rules).map(({ service, state }) => `${service} ${STATE_NAMES[state]}`);

describe("rules", () => {
  test("that are absent leave a check its own params", () => {
    expect(states()).toEqual(["Size sda OK", "Size sdb OK"]);
  });

  test("hold for all services of their check", () => {
    expect(states(rule({ params: { warn: 10 } }))).toEqual(["Size sda WARN", "Size sdb WARN"]);
    expect(states(rule({ check: "other", params: { warn: 10 } }))).toEqual([
      "Size sda OK",
      "Size sdb OK",
    ]);
  });

  test("hold for the items that they name, and the first that matches wins", () => {
    const narrow = rule({ item: "sd?b", params: { warn: 10 } });
    const b = rule({ item: "*b", params: { warn: 10 } });
    const all = rule({ params: { warn: 55 } });
    expect(states(narrow)).toEqual(["Size sda OK", "Size sdb OK"]);
    expect(states(b)).toEqual(["Size sda OK", "Size sdb WARN"]);
    expect(
      states(rule({ item: "sda", params: { warn: 51 } }), rule({ params: { warn: 1 } })),
    ).toEqual(["Size sda OK", "Size sdb WARN"]);
    expect(states(all, rule({ item: "sda", params: { warn: 1 } }))).toEqual([
      "Size sda OK",
      "Size sdb WARN",
    ]);
  });

  test("may name services, and take them away", () => {
    expect(states(rule({ service: "Size sda", ignore: true }))).toEqual(["Size sdb OK"]);
    expect(states(rule({ check: undefined, service: "Size*", ignore: true }))).toEqual([]);
  });

  test("are told with the results that they hold for", () => {
    const narrow = rule({ item: "sdb" });
    expect(judge([narrow]).map((one) => one.rule)).toEqual([undefined, narrow]);
  });

  test("cost one more question each, where they are about some services and set something", () => {
    let asked = 0;
    const check: Check = {
      ...(sizes as Check),
      evaluate(of, context) {
        asked++;
        return (sizes as Check).evaluate(of, context);
      },
    };
    judge([], check);
    expect(asked).toBe(1);
    const all = rule({ params: { warn: 1 } });
    judge([rule({ item: "sda", forSeconds: 60 }), all], check);
    expect(asked).toBe(2);
    judge([rule({ item: "sd*", params: { warn: 51 } }), all], check);
    expect(asked).toBe(4);
  });
});

test("rules for a check are those about it, up to the first about all of its services", () => {
  const narrow = rule({ item: "sda" });
  const all = rule({ params: { warn: 1 } });
  const older = rule({ check: "old_sizes" });
  const any = rule({ check: undefined, service: "Size*" });
  expect(rulesOf(sizes, [older, narrow, any, all, narrow])).toEqual([narrow, any, all]);
  expect(rulesOf({ ...sizes, formOf: "old_sizes" }, [narrow, older, all])).toEqual([narrow, older]);
  expect(rulesOf(sizes, [older])).toEqual([]);
});
