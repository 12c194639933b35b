import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { bytes, duration, number, percent, plural } from "../judge/format.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import { CRIT, WARN } from "../judge/state.ts";
import { jsonValue, numberOf } from "../readings/json_value.ts";

/** Columns of the event console's status, without `status_`; none of one that does not run. */
export type Status = ReadonlyMap<string, unknown>;

type Consoles = ReadonlyMap<string, Status | undefined>;

/** What is counted, and its name in perfdata. */
const COUNTERS = [
  ["messages", "message", "Received messages"],
  ["rule_hits", "rule_hit", "Rule hits"],
  ["rule_tries", "rule_trie", "Rule tries"],
  ["drops", "drop", "Message drops"],
  ["overflows", "overflow", "Message overflows"],
  ["events", "event", "Created events"],
  ["connects", "connect", "Client connects"],
] as const;

const TIMES = [
  ["processing", "Processing time per message"],
  ["request", "Time per client request"],
  ["sync", "Replication synchronization"],
] as const;

/**
 * What the event console of a monitoring site has to do.
 *
 * Section: mkeventd_status   Source: the event console's socket, table `status`: JSON, a line for the name
 *          of the site, one for titles and values
 * Params: none
 */
export const mkeventdStatus: Check<Consoles> = {
  section: "mkeventd_status",
  params: {},
  comparesWithPrevious: true,

  parse(rows) {
    const consoles = new Map<string, Status | undefined>();
    let site: string | undefined;
    for (const line of rows.lines()) {
      // Very old ones answer in Python.
      if (!/^\[\s*["[]/.test(line) || line.startsWith("[[u'") || line.startsWith("[['")) continue;
      const value = jsonValue(line);
      const [first, second] = Array.isArray(value) ? (value as unknown[]) : [];
      if (typeof first === "string") {
        site = first;
        consoles.set(site, undefined);
      } else if (site !== undefined && Array.isArray(first) && Array.isArray(second))
        consoles.set(site, readStatus(first, second));
    }
    return consoles.size === 0 ? undefined : consoles;
  },

  metrics: [
    each((consoles: Consoles) => consoles, { site: ([site]) => site }, [
      gauge("roundsman_event_console_up", "Whether an event console runs.", ([, status]) =>
        Number(status !== undefined),
      ),
      gauge("roundsman_event_console_open_events", "Events that are open.", ([, status]) =>
        numberIn(status, "num_open_events"),
      ),
      gauge(
        "roundsman_event_console_virtual_memory_bytes",
        "Virtual memory of an event console.",
        ([, status]) => numberIn(status, "virtual_memory_size"),
      ),
      ...COUNTERS.map(([name, , help]) =>
        counter<[string, Status | undefined]>(
          `roundsman_event_console_${name}_total`,
          `${help} so far.`,
          ([, status]) => numberIn(status, name),
        ),
      ),
      ...TIMES.map(([name, help]) =>
        gauge<[string, Status | undefined]>(
          `roundsman_event_console_${name}_seconds`,
          `${help}, lately.`,
          ([, status]) => numberIn(status, `average_${name}_time`),
        ),
      ),
    ]),
  ],

  *evaluate(consoles, { at, previous }) {
    const seconds = at - (previous?.at ?? at);
    for (const [site, status] of consoles) {
      const before = previous?.data.get(site);
      yield conclude(
        `OMD ${site} Event Console`,
        status === undefined
          ? [{ text: "does not run" }]
          : [...condition(status), ...work(status, before, seconds), ...times(status)],
        site,
      );
    }
  },
};

const numberIn = (status: Status | undefined, column: string): number | undefined =>
  numberOf(status?.get(column));

const readStatus = (titles: readonly unknown[], values: readonly unknown[]): Status =>
  new Map(
    titles.flatMap((title, column) =>
      typeof title === "string" ? [[title.replace(/^status_/, ""), values[column]]] : [],
    ),
  );

function condition(status: Status): Finding[] {
  const limited = (what: string): Finding[] => {
    const names = status.get(`event_limit_active_${what}s`);
    if (!Array.isArray(names) || names.length === 0) return [];
    return [
      {
        state: WARN,
        text: `the limit of events is reached for ${plural(names.length, what)} (${names.map(String).join(", ")})`,
      },
    ];
  };
  return [
    ...found("Current events", {
      name: "num_open_events",
      value: numberIn(status, "num_open_events"),
      min: 0,
    }),
    ...found(
      "Virtual memory",
      { name: "process_virtual_size", value: numberIn(status, "virtual_memory_size"), min: 0 },
      bytes,
    ),
    ...(status.get("event_limit_active_overall") === true
      ? [{ state: CRIT, text: "the limit of events overall is reached" }]
      : []),
    ...limited("host"),
    ...limited("rule"),
  ];
}

function work(status: Status, before: Status | undefined, seconds: number): Finding[] {
  const rates = new Map<string, number>();
  for (const [name] of COUNTERS) {
    const value = rate(numberIn(status, name), numberIn(before, name), seconds);
    if (value !== undefined) rates.set(name, value);
  }
  const [tries, hits] = [rates.get("rule_tries") ?? 0, rates.get("rule_hits")];
  const ratio = tries > 0 && hits !== undefined ? hits / tries : undefined;
  return [
    ...COUNTERS.flatMap(([name, perf, label]) =>
      found(
        label,
        { name: `average_${perf}_rate`, value: rates.get(name), min: 0 },
        (value) => `${number(value)}/s`,
      ).map((finding) => quietly(finding, name !== "messages")),
    ),
    ...(ratio === undefined
      ? []
      : [
          {
            text: `Rule hit ratio: ${percent(ratio)}`,
            perf: { name: "average_rule_hit_ratio", value: ratio * 100, min: 0 },
            quiet: true,
          },
        ]),
  ];
}

const times = (status: Status): Finding[] =>
  TIMES.flatMap(([name, label]) => {
    const value = numberIn(status, `average_${name}_time`);
    // Without anything to do there is no time that it takes.
    const perf = { name: `average_${name}_time`, value: value === 0 ? undefined : value, min: 0 };
    return found(label, perf, duration).map((finding) => quietly(finding));
  });
