import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { jsonObject } from "../judge/json.ts";
import type { Levels } from "../judge/levels.ts";
import { type Updater, updaterFindings, updaterMetrics } from "../readings/agent_updater.ts";
import { numberOf, textOf } from "../readings/json_value.ts";

interface Params {
  readonly lastCheck: Levels;
}

const DAY = 86_400;

/**
 * How Checkmk's agent updater fares.
 *
 * Section: cmk_update_agent_status   Source: `cmk-update-agent`, a JSON object
 * Systems: Linux, Windows
 * Params: lastCheck: seconds since it last asked for a newer agent
 */
export const cmkUpdateAgentStatus: Check<Updater, Params> = {
  section: "cmk_update_agent_status",
  params: { lastCheck: { warn: 2 * DAY, crit: Infinity } },

  parse(rows) {
    const [line] = rows.lines();
    if (line === undefined) return undefined;
    const fields = jsonObject(line);
    return {
      lastCheck: numberOf(fields["last_check"]),
      lastUpdate: numberOf(fields["last_update"]),
      hash: textOf(fields["aghash"]),
      pending: textOf(fields["pending_hash"]),
      url: textOf(fields["update_url"]),
      error: textOf(fields["error"]),
    };
  },

  metrics: [updaterMetrics],

  *evaluate(updater, { params, at }) {
    yield conclude("Agent updater", updaterFindings(updater, at, params.lastCheck));
  },
};
