import type { Check } from "../judge/check.ts";
import { CRIT } from "../judge/state.ts";
import {
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

const FACT = /^(State|Replacement required|Capacitance|Temperature)\s+(\S.*)$/;

/**
 * What keeps the cache of MegaRAID controllers when the power fails.
 *
 * Section: storcli_cache_vault   Source: `storcli /call/cv show all`
 * Params: none
 */
export const storcliCacheVault: Check<readonly RaidPart[]> = {
  section: "storcli_cache_vault",
  params: {},

  parse(rows) {
    const controllers = new Map<string, Map<string, string>>();
    let facts: Map<string, string> | undefined;
    for (const line of rows.lines()) {
      const [, number] = /^Controller = (\d{1,6})$/.exec(line) ?? [];
      if (number !== undefined) controllers.set(`/c${number}`, (facts = new Map<string, string>()));
      const [, key = "", value = ""] = FACT.exec(line) ?? [];
      if (key !== "") facts?.set(key, value);
    }
    return partsByName(Array.from(controllers).flatMap(([name, facts]) => readVault(name, facts)));
  },

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID cache vault", parts),
};

function readVault(name: string, facts: ReadonlyMap<string, string>): RaidPart[] {
  const status = facts.get("State");
  if (status === undefined) return [];
  const isWorn = (facts.get("Replacement required") ?? "No").toLowerCase() !== "no";
  const capacitance = facts.get("Capacitance");
  return [
    {
      source: "storcli",
      kind: "battery",
      name,
      status: statusOf(status),
      more: [
        ...(isWorn ? [{ state: CRIT, text: "has to be replaced" }] : []),
        { text: capacitance === undefined ? "" : `Capacitance: ${capacitance}` },
      ],
    },
  ];
}
