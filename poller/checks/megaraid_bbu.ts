import type { Check } from "../judge/check.ts";
import { CRIT, WARN } from "../judge/state.ts";
import {
  factOf,
  partsByName,
  type RaidPart,
  raidMetrics,
  raidResults,
  statusOf,
} from "../readings/raid.ts";

/** Answers that are trouble. */
const TROUBLES = [
  ["battery pack missing", "yes", CRIT, "there is no battery"],
  ["battery replacement required", "yes", CRIT, "has to be replaced"],
  ["pack is about to fail & should be replaced", "yes", CRIT, "is about to fail"],
  ["remaining capacity low", "yes", WARN, "its capacity is low"],
  ["issohgood", "no", WARN, "its health is not good"],
] as const;

/**
 * Batteries of MegaRAID controllers.
 *
 * Section: megaraid_bbu   Source: `MegaCli -AdpBbuCmd -GetBbuStatus -aALL`
 * Systems: Linux, Windows
 * Params: none
 */
export const megaraidBbu: Check<readonly RaidPart[]> = {
  section: "megaraid_bbu",
  params: {},

  parse(rows) {
    const batteries = new Map<string, Map<string, string>>();
    let battery: Map<string, string> | undefined;
    for (const line of rows.lines()) {
      const [key, value] = factOf(line) ?? ["", ""];
      if (key === "bbu status for adapter")
        batteries.set(`/c${value}`, (battery = new Map<string, string>()));
      else battery?.set(key, value);
    }
    return partsByName(Array.from(batteries).flatMap(([name, facts]) => readBattery(name, facts)));
  },

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID battery", parts),
};

function readBattery(name: string, facts: ReadonlyMap<string, string>): RaidPart[] {
  if (facts.size === 0) return [];
  const charge = facts.get("relative state of charge");
  // Older ones do not say more than that there is one.
  const status = statusOf(facts.get("battery state") ?? "ok");
  return [
    {
      source: "megaraid",
      kind: "battery",
      name,
      status,
      more: [
        ...TROUBLES.flatMap(([key, bad, state, text]) =>
          facts.get(key)?.toLowerCase() === bad ? [{ state, text }] : [],
        ),
        { text: charge === undefined ? "" : `Charge: ${charge}` },
      ],
    },
  ];
}
