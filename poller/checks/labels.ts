import type { Check } from "../judge/check.ts";
import { jsonObject } from "../judge/json.ts";

/** What the agent knows of its host: `cmk/device_type` is `vm` or `container`. */
export type Labels = ReadonlyMap<string, string>;

/**
 * Labels that the agent gives its host; no service and no metric comes of them.
 *
 * Section: labels   Source: the agent, /proc/cpuinfo
 * Systems: all
 * Params: none
 */
export const labels: Check<Labels> = {
  section: "labels",
  params: {},

  parse(rows) {
    const found = new Map<string, string>();
    for (const line of rows.lines())
      for (const [key, value] of Object.entries(jsonObject(line)))
        if (typeof value === "string") found.set(key, value);
    return found.size === 0 ? undefined : found;
  },

  facts: (found) => Object.fromEntries(found),

  metrics: [],

  evaluate: () => [],
};
