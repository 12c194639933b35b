import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, type State, WARN } from "../judge/state.ts";

/** What the agent says of itself, by keys in lower case: `version`, `agentos`, `hostname`. */
export type Agent = ReadonlyMap<string, string>;

/** Keys that tell of trouble. */
const TROUBLES: readonly (readonly [key: string, state: State, text: string])[] = [
  ["encryptionpanic", CRIT, "the agent cannot encrypt, and sends nothing else"],
  ["failedpythonreason", WARN, "no Python for plugins"],
  ["failedpythonplugins", WARN, "plugins that did not run"],
];

/**
 * The agent and the system it runs on.
 *
 * Section: check_mk   Source: the agent, uname(1), os-release(5)
 * Params: none
 */
export const checkMk: Check<Agent> = {
  section: "check_mk",
  params: {},

  /** A key that is repeated goes on where it was; without a value it starts anew. */
  parse(rows) {
    const agent = new Map<string, string[]>();
    for (const [word = "", ...values] of rows) {
      if (!word.endsWith(":")) continue;
      const key = word.slice(0, -1).toLowerCase();
      const before = agent.get(key);
      if (values.length === 0) agent.delete(key);
      else if (before) before.push(values.join(" "));
      else agent.set(key, [values.join(" ")]);
    }
    if (agent.size === 0) return undefined;
    return new Map(Array.from(agent, ([key, values]) => [key, values.join(" ")]));
  },

  metrics: [
    each(
      (agent: Agent) => [agent],
      {
        version: (agent) => agent.get("version") ?? "",
        os: (agent) => agent.get("agentos") ?? "",
        agent_hostname: (agent) => agent.get("hostname") ?? "",
      },
      [gauge("roundsman_agent_info", "The agent: its version, and where it runs.", () => 1)],
    ),
  ],

  *evaluate(agent) {
    const system = [agent.get("osname"), agent.get("osversion")].filter(Boolean).join(" ");
    yield conclude("Agent", [
      { text: `version ${agent.get("version") ?? "unknown"}` },
      { text: agent.get("agentos") ?? "" },
      { text: system },
      ...TROUBLES.flatMap(([key, state, text]) => {
        const value = agent.get(key);
        return value === undefined ? [] : { state, text: `${text}: ${value}` };
      }),
      { text: [...agent].map(([key, value]) => `${key}: ${value}`).join("\n"), quiet: true },
    ]);
  },
};
