import { describe, expect, test } from "vitest";
import type { Ruled } from "../../../poller/judge/ruled.ts";
import { lasting, type Since } from "../../../poller/judge/lasting.ts";
import type { Rule } from "../../../poller/judge/rules.ts";
import { CRIT, OK, type State, WARN } from "../../../poller/judge/state.ts";

const rule: Rule = {
  ...{ where: { labels: {}, tags: [], facts: {} }, params: {}, ignore: false, origin: "rules[0]" },
  forSeconds: 300,
};
const cpu = (state: State): Ruled => ({ service: "CPU load", state, summary: "busy", rule });

/** States as they are told, poll by poll. */
function told(polls: readonly (readonly [at: number, state: State])[]): State[] {
  let since: Since | undefined;
  return polls.map(([at, state]) => {
    const { results, ...next } = lasting([cpu(state)], at, since);
    since = next.since;
    return results[0]!.state;
  });
}

describe("a state other than OK", () => {
  test("counts once it has lasted, not before", () => {
    const polls = [0, 60, 299, 300, 360].map((at) => [1000 + at, CRIT] as const);
    expect(told(polls)).toEqual([OK, OK, OK, CRIT, CRIT]);
  });

  test("begins anew after an OK", () => {
    expect(
      told([
        [0, WARN],
        [200, OK],
        [300, WARN],
        [599, WARN],
        [600, WARN],
      ]),
    ).toEqual([OK, OK, OK, OK, WARN]);
  });

  test("lasts on when it gets worse or better", () => {
    expect(
      told([
        [0, WARN],
        [200, CRIT],
        [300, CRIT],
        [301, WARN],
      ]),
    ).toEqual([OK, OK, CRIT, WARN]);
  });

  test("does not count earlier because a clock was put back", () => {
    expect(
      told([
        [1000, CRIT],
        [100, CRIT],
        [399, CRIT],
        [400, CRIT],
      ]),
    ).toEqual([OK, OK, OK, CRIT]);
  });

  test("says that it does not count yet", () => {
    const [first] = lasting([cpu(CRIT)], 1000, new Map([["CPU load", 910]])).results;
    expect(first?.summary).toBe("busy (for 1 minute 30 seconds, counts after 5 minutes)");
  });
});

test("services whose rule says nothing of it are as they are, and nothing is remembered of them", () => {
  const plain: Ruled = { service: "Memory", state: CRIT, summary: "full" };
  const { results, since } = lasting([plain, cpu(OK)], 1000);
  expect(results[0]).toBe(plain);
  expect(since.size).toBe(0);
});
