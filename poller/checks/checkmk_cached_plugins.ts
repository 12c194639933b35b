import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { WARN } from "../judge/state.ts";

/** Something that the agent ran in the background, and ended because it took too long. */
export interface Overdue {
  /** `plugins_NAME`, `local_NAME`, `mrpe_NAME` … */
  readonly name: string;
  /** `timeout`, or `killfailed`: it could not even be ended. */
  readonly outcome: string;
  /** After how many seconds it was to be ended. */
  readonly seconds: number;
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ["timeout", "took longer than"],
  ["killfailed", "cannot be ended after"],
]);

/**
 * Plugins that an agent had to end.
 *
 * Section: checkmk_cached_plugins   Source: the agent: OUTCOME|NAME|SECONDS|PID
 * Params: none
 */
export const checkmkCachedPlugins: Check<readonly Overdue[]> = {
  section: "checkmk_cached_plugins",
  params: {},

  parse(rows) {
    const found = new Map<string, Overdue>();
    for (const [outcome = "", name = "", timeout] of rows) {
      const seconds = integer(timeout);
      if (OUTCOMES.has(outcome) && name !== "" && seconds !== undefined)
        found.set(JSON.stringify([outcome, name]), { name, outcome, seconds });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each(
      (overdue: readonly Overdue[]) =>
        Array.from(OUTCOMES.keys(), (outcome) => ({
          outcome,
          count: overdue.filter((one) => one.outcome === outcome).length,
        })),
      { outcome: ({ outcome }) => outcome },
      [
        gauge(
          "roundsman_agent_overdue_scripts",
          "Plugins the agent had to end.",
          (one) => one.count,
        ),
      ],
    ),
  ],

  *evaluate(overdue) {
    yield conclude(
      "Agent cached plugins",
      overdue.map(({ name, outcome, seconds }) => ({
        state: WARN,
        text: `${name} ${OUTCOMES.get(outcome) ?? outcome} ${duration(seconds)}`,
      })),
    );
  },
};
