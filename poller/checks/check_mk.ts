import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { matches } from "../judge/glob.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { CRIT, WARN } from "../judge/state.ts";
import {
  readUpdaterLine,
  type Updater,
  updaterFindings,
  updaterMetrics,
} from "../readings/agent_updater.ts";

/** What the agent says of itself, by keys in lower case: `version`, `agentos`, `hostname`. */
export type Agent = ReadonlyMap<string, string>;

interface Params {
  readonly version: string;
  readonly onlyFrom: readonly string[];
  readonly updateCheck: Levels;
}

const DAY = 86_400;

/** What rules may select hosts by, and the key that says it. */
const FACTS = {
  os: "agentos",
  version: "version",
  hostname: "hostname",
  osname: "osname",
  osversion: "osversion",
} as const;

/**
 * The agent and the system it runs on.
 *
 * Section: check_mk   Source: the agent, uname(1), os-release(5)
 * Systems: all
 * Params: version: pattern that the agent's version must match; onlyFrom: the networks that it must
 *         allow, and no others, unless empty; updateCheck: seconds since its updater last asked
 */
export const checkMk: Check<Agent, Params> = {
  section: "check_mk",
  params: { version: "*", onlyFrom: [], updateCheck: { warn: 2 * DAY, crit: Infinity } },

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

  /** `os`, `version`, `hostname`, `osname`, `osversion`, as far as the agent says them. */
  facts: (agent) =>
    Object.fromEntries(
      Object.entries(FACTS).flatMap(([fact, key]) => {
        const value = agent.get(key);
        return value === undefined ? [] : [[fact, value]];
      }),
    ),

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
    of(updaterOf, updaterMetrics),
  ],

  *evaluate(agent, context) {
    const { params } = context;
    const system = [agent.get("osname"), agent.get("osversion")].filter(Boolean).join(" ");
    const updater = updaterOf(agent);
    yield conclude("Agent", [
      ...version(agent, params),
      { text: agent.get("agentos") ?? "" },
      { text: system },
      ...troubles(agent),
      ...access(agent, params),
      ...(updater
        ? updaterFindings(updater, context.at, params.updateCheck).map((one) => ({
            ...one,
            quiet: true,
          }))
        : []),
      { text: [...agent].map(([key, value]) => `${key}: ${value}`).join("\n"), quiet: true },
    ]);
  },
};

function updaterOf(agent: Agent): Updater | undefined {
  const line = agent.get("agentupdate");
  return line === undefined ? undefined : readUpdaterLine(line);
}

function version(agent: Agent, params: Params): Finding[] {
  const found = agent.get("version");
  if (found === undefined) return [{ text: "version unknown" }];
  if (matches(found, params.version)) return [{ text: `version ${found}` }];
  return [{ state: WARN, text: `version ${found} (expected ${params.version})` }];
}

/** Keys that tell of trouble. Without Python nothing is amiss until a plugin needs it. */
function troubles(agent: Agent): Finding[] {
  const reason = agent.get("failedpythonreason");
  const plugins = agent.get("failedpythonplugins");
  const because = reason === undefined ? "" : ` (${reason})`;
  const updates = ["updatefailed", "updaterecoverfailed"].flatMap((key) => agent.get(key) ?? []);
  return [
    ...(agent.has("encryptionpanic")
      ? [{ state: CRIT, text: "the agent cannot encrypt, and sends nothing else" }]
      : []),
    ...(plugins === undefined
      ? []
      : [{ state: WARN, text: `Python plugins that did not run: ${plugins}${because}` }]),
    ...updates.map((text) => ({ state: WARN, text: `update failed: ${text}` })),
  ];
}

/** Who may ask the agent, compared with who should. */
function access(agent: Agent, { onlyFrom }: Params): Finding[] {
  const allowed = agent.get("onlyfrom");
  if (onlyFrom.length === 0 || allowed === undefined) return [];
  const [is, should] = [new Set(allowed.split(/[\s,]+/).filter(Boolean)), new Set(onlyFrom)];
  const told = (what: string, some: string[]): Finding[] =>
    some.length === 0 ? [] : [{ state: WARN, text: `${what}: ${some.join(" ")}` }];
  return [
    ...told(
      "allowed, though it should not be",
      [...is].filter((one) => !should.has(one)),
    ),
    ...told(
      "not allowed, though it should be",
      [...should].filter((one) => !is.has(one)),
    ),
  ];
}
