import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, measured } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import { judge, type Levels } from "../judge/levels.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { CRIT, OK, type State, UNKNOWN, WARN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";
import { type Connection, readSpoolers, type Spooler } from "../readings/notification_spooler.ts";

export interface Spoolers {
  /** Epoch seconds. */
  readonly time?: number | undefined;
  readonly sites: ReadonlyMap<string, Spooler>;
}

interface Params {
  readonly silence: Levels;
  readonly deferred: Levels;
}

const spoolersOf = ({ sites }: Spoolers): Iterable<Spooler> => sites.values();

/**
 * Spoolers of notifications: whether they run, what waits there, and their connections to other sites.
 *
 * Section: mknotifyd   Source: the time, then var/log/mknotifyd.state of each site
 * Params: silence: seconds since the spooler last wrote; deferred: age in seconds of the oldest
 *         notification that was put off
 */
export const mknotifyd: Check<Spoolers, Params> = {
  section: "mknotifyd",
  params: { silence: { warn: 90, crit: 90 }, deferred: { warn: 5, crit: 600 } },

  parse(rows) {
    const lines = [...rows.lines()];
    const sites = readSpoolers(lines);
    return sites.size === 0 ? undefined : { time: decimal(lines[0]), sites };
  },

  time: ({ time }) => time,

  metrics: [
    each(spoolersOf, { site: ({ site }) => site }, [
      gauge(
        "roundsman_notification_spooler_updated_timestamp_seconds",
        "When a spooler last wrote down its state, in epoch seconds.",
        ({ updated }) => updated,
      ),
    ]),
    each(
      (spoolers: Spoolers) =>
        Array.from(spoolersOf(spoolers)).flatMap(({ site, spools }) =>
          Array.from(spools, ([spool, { count }]) => ({ site, spool, count })),
        ),
      { site: ({ site }) => site, spool: ({ spool }) => spool.toLowerCase() },
      [
        gauge(
          "roundsman_notification_spool_files",
          "Notifications in a spool.",
          (one) => one.count,
        ),
      ],
    ),
    each(
      (spoolers: Spoolers) =>
        Array.from(spoolersOf(spoolers)).flatMap(({ site, connections }) =>
          connections.map((connection) => ({ site, ...connection })),
        ),
      { site: ({ site }) => site, peer: ({ peer }) => peer },
      [
        gauge(
          "roundsman_notification_connection_up",
          "Whether a spooler is connected with another.",
          ({ state }) => Number(state === "established"),
        ),
        counter(
          "roundsman_notification_connection_sent_total",
          "Notifications sent to another spooler.",
          ({ sent }) => sent,
        ),
        counter(
          "roundsman_notification_connection_received_total",
          "Notifications received from another spooler.",
          ({ received }) => received,
        ),
      ],
    ),
  ],

  *evaluate(spoolers, { params, at }) {
    for (const spooler of spoolersOf(spoolers)) {
      const { site } = spooler;
      yield conclude(`OMD ${site} Notification Spooler`, condition(spooler, at, params), site);
      for (const connection of spooler.connections) {
        const item = `${site} Notification Spooler connection to ${connection.peer}`;
        yield conclude(`OMD ${item}`, link(connection, at), item);
      }
    }
  },
};

function condition(
  { version, updated, spools }: Spooler,
  at: number,
  { silence, deferred }: Params,
): Finding[] {
  if (version === undefined || updated === undefined)
    return [{ state: CRIT, text: "its state is empty or damaged: the spooler does not work" }];
  const age = Math.max(0, at - updated);
  const verdict = judge(age, { upper: silence }, duration);
  const [fresh, corrupted, late] = ["New", "Corrupted", "Deferred"].map((name) => spools.get(name));
  return [
    {
      state: verdict.state,
      text:
        verdict.state === OK ? "running" : `has not written for ${duration(age)}${verdict.text}`,
      perf: { name: "last_updated", value: age, levels: { upper: silence } },
    },
    ...found("New files", { name: "new_files", value: fresh?.count, min: 0 }).map((finding) => ({
      ...finding,
      quiet: fresh?.count === 0,
    })),
    ...(late === undefined || late.count === 0
      ? []
      : [
          ...found("Deferred files", { name: "deferred_files", value: late.count, min: 0 }),
          ...found(
            "Oldest",
            {
              name: "deferred_age",
              value: since(at, late.oldest),
              levels: { upper: deferred },
            },
            duration,
          ),
        ]),
    ...(corrupted === undefined || corrupted.count === 0
      ? []
      : [
          {
            ...measured(plural(corrupted.count, "corrupted file"), {
              name: "corrupted_files",
              value: corrupted.count,
            }),
            state: WARN,
          },
        ]),
    { text: `Version: ${version}`, quiet: true },
  ];
}

const STATES: ReadonlyMap<string, readonly [State, string]> = new Map([
  ["established", [OK, "alive"]],
  ["initial", [WARN, "only begun"]],
  ["connecting", [CRIT, "tries to connect"]],
  ["cooldown", [CRIT, "failed or ended"]],
]);

function link({ state, message, since: start, sent, received }: Connection, at: number): Finding[] {
  const [level, text] = STATES.get(state) ?? [UNKNOWN, state];
  const age = state === "established" ? since(at, start) : undefined;
  return [
    { state: level, text: age === undefined ? text : `${text} for ${duration(age)}` },
    { text: message ?? "" },
    { text: sent === undefined ? "" : `Notifications sent: ${sent}`, quiet: true },
    { text: received === undefined ? "" : `Notifications received: ${received}`, quiet: true },
  ];
}
