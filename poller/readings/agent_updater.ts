/**
 * How Checkmk's agent updater fares.
 *
 * Source: `cmk-update-agent`: a line of words in the section check_mk, later a JSON object
 */
import { type Finding, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { WARN } from "../judge/state.ts";
import { since } from "./clock.ts";

export interface Updater {
  /** Epoch seconds; absent: never. */
  readonly lastCheck?: number | undefined;
  readonly lastUpdate?: number | undefined;
  /** Of the agent, and of one that is yet to be installed. */
  readonly hash?: string | undefined;
  readonly pending?: string | undefined;
  readonly url?: string | undefined;
  readonly error?: string | undefined;
}

const KEYS = ["last_check", "last_update", "aghash", "pending_hash", "update_url", "error"];

export const updaterMetrics = each(
  (updater: Updater | undefined) => (updater ? [updater] : []),
  {},
  [
    gauge(
      "roundsman_agent_updater_last_check_timestamp_seconds",
      "When the agent last asked for a newer one, in epoch seconds.",
      ({ lastCheck }) => lastCheck,
    ),
    gauge(
      "roundsman_agent_updater_last_update_timestamp_seconds",
      "When the agent was last replaced, in epoch seconds.",
      ({ lastUpdate }) => lastUpdate,
    ),
    gauge("roundsman_agent_updater_failed", "Whether the last attempt failed.", ({ error }) =>
      Number(error !== undefined),
    ),
  ],
);

/** `last_check 1646302101.74 last_update None … error MESSAGE`; an error has several words. */
export function readUpdaterLine(line: string): Updater {
  const values = new Map<string, string[]>();
  let current: string[] = [];
  for (const word of line.split(" ")) {
    if (KEYS.includes(word) && !values.has(word)) values.set(word, (current = []));
    else current.push(word);
  }
  const text = (key: string): string | undefined => {
    const value = values.get(key)?.join(" ") ?? "";
    return value === "" || value === "None" ? undefined : value;
  };
  return {
    lastCheck: decimal(text("last_check")),
    lastUpdate: decimal(text("last_update")),
    hash: text("aghash"),
    pending: text("pending_hash"),
    url: text("update_url"),
    error: text("error"),
  };
}

/** `upper`: seconds since the last check. */
export function updaterFindings(updater: Updater, at: number, upper: Levels): Finding[] {
  const { lastCheck, lastUpdate, pending, hash, url, error } = updater;
  const age = since(at, lastUpdate);
  return [
    ...(error === undefined ? [] : [{ state: WARN, text: `update error: ${error}` }]),
    ...(lastCheck === undefined
      ? [{ state: WARN, text: "the updater has not reached its server yet" }]
      : found(
          "Time since last update check",
          { name: "last_check", value: since(at, lastCheck), levels: { upper } },
          duration,
        )),
    {
      text: age === undefined ? "" : `Last update: ${duration(age)} ago`,
      quiet: true,
    },
    {
      text: pending === undefined || pending === hash ? "" : "a newer agent waits to be installed",
      quiet: true,
    },
    { text: url === undefined ? "" : `Update URL: ${url}`, quiet: true },
  ];
}
