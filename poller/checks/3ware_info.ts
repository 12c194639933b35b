import type { Check } from "../judge/check.ts";
import { plural } from "../judge/format.ts";
import { integer } from "../judge/numbers.ts";
import { partsByName, type RaidPart, raidMetrics, raidResults } from "../readings/raid.ts";

/** Of `tw_cli show`: controller, model, ports, drives, units, units that are not optimal … */
const COLUMNS = 9;

/**
 * 3ware's controllers.
 *
 * Section: 3ware_info   Source: `tw_cli show` (tw_cli(8)), or `/c0 Model = …` of `tw_cli /c0 show all`
 * Params: none
 */
export const threewareInfo: Check<readonly RaidPart[]> = {
  section: "3ware_info",
  params: {},

  parse(rows) {
    const parts: RaidPart[] = [];
    for (const row of rows) {
      const [, name] = /^\/?(c\d{1,6})$/.exec(row[0] ?? "") ?? [];
      const [key, sign] = row.slice(1);
      if (name === undefined) continue;
      const bad = integer(row[5]);
      if (row.length === COLUMNS && bad !== undefined)
        parts.push(controller(name, row[1] ?? "", bad));
      else if (key === "Model" && sign === "=") parts.push(controller(name, row[3] ?? "", 0));
    }
    return partsByName(parts);
  },

  metrics: raidMetrics,
  evaluate: (parts) => raidResults("RAID 3ware controller", parts),
};

const controller = (name: string, model: string, bad: number): RaidPart => ({
  source: "3ware",
  kind: "controller",
  name,
  status: bad > 0 ? "degraded" : "ok",
  more: [{ text: model }, { text: bad > 0 ? `${plural(bad, "unit")} in trouble` : "" }],
});
