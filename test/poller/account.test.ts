import { describe, expect, test } from "vitest";
import { accountOf, lasted, namesIn } from "../../poller/account.ts";
import { AGENT } from "../../poller/agent_service.ts";
import type { Ruled } from "../../poller/judge/ruled.ts";
import type { Rule } from "../../poller/judge/rules.ts";
import { CRIT, OK, type State, UNKNOWN, WARN } from "../../poller/judge/state.ts";
import { type Bundle, opened, Services } from "../../poller/services.ts";
import { sizes } from "./toy.ts";

const ruleFor = (forSeconds?: number): Rule => ({
  ...{ where: { labels: {}, tags: [], facts: {} }, params: {}, ignore: false },
  ...{ origin: "rules[0]", forSeconds },
});
const result = (service: string, state: State, rule?: Rule): Ruled => ({
  ...{ service, state, summary: `${service} it is` },
  ...(rule && { rule }),
});
const account = (results: readonly Ruled[], error?: string) =>
  accountOf(
    { check: sizes, results, ...(error !== undefined && { error }) },
    { block: undefined, isAlone: true },
  );
const states = (bundle: Bundle) =>
  Array.from(opened(bundle), ({ service, state }) => [service, state]);

describe("what a section came to", () => {
  test("keeps what is said of the agent apart from its other services", () => {
    const own = account([result("a", OK), result(AGENT, WARN), result("b", CRIT)]);
    expect(own.name).toBe("sizes");
    expect(own.said).toEqual([result(AGENT, WARN)]);
    expect([...new Services([own.services]).states()]).toEqual([
      { check: "sizes", service: "a", state: OK },
      { check: "sizes", service: "b", state: CRIT },
    ]);
    expect(account([result("a", OK)]).said).toEqual([]);
    expect(states(account([result(AGENT, WARN)]).services)).toEqual([]);
  });

  test("is known later by the names of its services, but not by the one that says what broke", () => {
    const results = [result("a", OK), result(AGENT, OK), result("Section sizes", UNKNOWN)];
    expect(namesIn(account(results))).toEqual(["a", "Section sizes"]);
    expect(namesIn(account(results, "boom"))).toEqual(["a"]);
    expect(namesIn(account([result("Section sizes", UNKNOWN)], "boom"))).toEqual([]);
  });
});

describe("a rule that wants a state to last", () => {
  const minute = ruleFor(60);
  const bad = account([
    result("a", CRIT, minute),
    result("b", WARN, ruleFor()),
    result("c", OK, minute),
  ]);

  test("has it count from then on, and tells since when it has been so", () => {
    const first = new Map<string, number>();
    const early = lasted(bad, 1000, undefined, first);
    expect(states(early)).toEqual([
      ["a", OK],
      ["b", WARN],
      ["c", OK],
    ]);
    expect([...opened(early)][0]).toMatchObject({
      summary: expect.stringContaining("a it is (for ") as string,
      ...{ check: "sizes", rule: minute },
    });
    expect([...first]).toEqual([["a", 1000]]);
    const second = new Map([["of another section", 7]]);
    expect(states(lasted(bad, 1060, first, second))[0]).toEqual(["a", CRIT]);
    expect([...second]).toEqual([
      ["of another section", 7],
      ["a", 1000],
    ]);
  });

  test("is not needed for what is said of the agent, which counts at once", () => {
    const own = account([result(AGENT, WARN, minute), result("a", CRIT)]);
    expect(own.isLasting).toBe(false);
    expect(own.said[0]?.state).toBe(WARN);
  });

  test("costs those nothing that have none: they stay the very same", () => {
    const own = account([result("a", CRIT, ruleFor())]);
    expect(lasted(own, 1000, undefined, new Map())).toBe(own.services);
  });
});
