import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { bytesPerSecond, duration, number } from "../judge/format.ts";
import { type Levels, NEVER, scaled } from "../judge/levels.ts";
import { CRIT, OK, type State, WARN } from "../judge/state.ts";
import {
  COUNTERS,
  HELPERS,
  numberIn,
  type Setting,
  SETTINGS,
  SINKS,
  type Sites,
  type Status,
  switchedOff,
} from "../readings/livestatus.ts";
import { livestatusMetrics } from "../readings/livestatus_metrics.ts";
import { bySite, orNothing } from "../readings/sites.ts";

interface Params {
  readonly stopped: State;
  readonly off: Readonly<Partial<Record<Setting, State>>>;
  readonly latency: Levels;
  readonly usage: Levels;
  readonly livestatusUsage: Levels;
  readonly overflows: Levels;
  readonly hosts: Levels;
  readonly services: Levels;
}

const SUMMARISED: readonly string[] = ["host_checks", "service_checks"];

/**
 * How busy the core of a monitoring site is, and what is switched off there.
 *
 * Section: livestatus_status   Source: livestatus, table `status`, below `[SITE]`
 * Params: stopped: the state when a site does not run; off: states when something is switched off;
 *         latency: seconds; usage: ratio of the helpers; livestatusUsage: ratio of the connections;
 *         overflows: connections that were not taken, per second; hosts, services: how many
 */
export const livestatusStatus: Check<Sites, Params> = {
  section: "livestatus_status",
  params: {
    stopped: CRIT,
    off: {
      execute_host_checks: CRIT,
      execute_service_checks: CRIT,
      accept_passive_host_checks: CRIT,
      accept_passive_service_checks: CRIT,
      check_host_freshness: OK,
      check_service_freshness: WARN,
      enable_event_handlers: WARN,
      enable_flap_detection: WARN,
      enable_notifications: CRIT,
      process_performance_data: WARN,
      check_external_commands: CRIT,
    },
    latency: { warn: 30, crit: 60 },
    usage: { warn: 0.8, crit: 0.9 },
    livestatusUsage: { warn: 0.6, crit: 0.8 },
    overflows: { warn: 0.01, crit: 0.02 },
    hosts: NEVER,
    services: NEVER,
  },
  states: ["stopped", "off"],

  parse(rows) {
    const sites = new Map<string, Status | undefined>();
    for (const [site, [titles, values]] of bySite(rows))
      sites.set(
        site,
        titles && values && new Map(titles.map((title, column) => [title, values[column] ?? ""])),
      );
    return orNothing(sites);
  },

  metrics: livestatusMetrics,

  *evaluate(sites, { params }) {
    for (const [site, status] of sites)
      yield conclude(
        `OMD ${site} performance`,
        status === undefined
          ? [{ state: params.stopped, text: "the site does not run" }]
          : [...work(status), ...load(status, params), ...condition(status, params)],
        site,
      );
  },
};

/** What the core says of its own pace; it smooths it, so nothing is to be compared. */
function work(status: Status): Finding[] {
  return COUNTERS.flatMap(([name, label]) =>
    found(
      label,
      { name, value: numberIn(status, `${name}_rate`), min: 0 },
      (value) => `${number(value)}/s`,
    ).map((finding) => quietly(finding, !SUMMARISED.includes(name))),
  );
}

const HELPER_LABELS: ReadonlyMap<string, string> = new Map([
  ["generic", "Active check"],
  ["checker", "Checker"],
  ["cmk", "Checker"],
  ["fetcher", "Fetcher"],
]);

const percent = (value: number): string => `${number(value)}%`;

function load(status: Status, params: Params): Finding[] {
  const share = (label: string, name: string, levels: Levels, title = name): Finding[] => {
    const ratio = numberIn(status, title);
    const perf = {
      name,
      value: ratio === undefined ? undefined : ratio * 100,
      levels: { upper: scaled(levels, 100) },
      min: 0,
      max: 100,
    };
    return found(label, perf, percent);
  };
  // Newer cores have both names for one thing.
  const helpers = HELPERS.filter(
    (name) => HELPER_LABELS.has(name) && !(name === "cmk" && status.has("helper_usage_checker")),
  );
  const latencies = [
    "generic",
    status.has("average_latency_checker") ? "checker" : "cmk",
    "fetcher",
  ];
  const findings = [
    ...helpers.flatMap((name) =>
      share(
        `${HELPER_LABELS.get(name) ?? name} helper usage`,
        `helper_usage_${name}`,
        params.usage,
      ),
    ),
    ...latencies.flatMap((name) =>
      found(
        `${HELPER_LABELS.get(name) ?? name} latency`,
        {
          name: `average_latency_${name === "checker" ? "cmk" : name}`,
          value: numberIn(status, `average_latency_${name}`),
          levels: { upper: params.latency },
          min: 0,
        },
        duration,
      ),
    ),
    ...share("Livestatus usage", "livestatus_usage", params.livestatusUsage),
    ...found(
      "Livestatus overflows",
      {
        name: "livestatus_overflows_rate",
        value: numberIn(status, "livestatus_overflows_rate"),
        levels: { upper: params.overflows },
        min: 0,
      },
      (value) => `${number(value)}/s`,
    ),
    ...SINKS.flatMap((name) => [
      ...share(`${name} queue usage`, `${name}_queue_usage`, NEVER),
      ...found(
        `${name} sent`,
        {
          name: `${name}_bytes_sent_rate`,
          value: numberIn(status, `${name}_bytes_sent_rate`),
          min: 0,
        },
        bytesPerSecond,
      ),
    ]),
  ];
  return findings.map((finding) => quietly(finding));
}

function condition(status: Status, { off, hosts, services }: Params): Finding[] {
  const count = (label: string, name: string, title: string, upper: Levels): Finding[] =>
    found(label, { name, value: numberIn(status, title), levels: { upper }, min: 0 });
  return [
    ...count("Hosts", "monitored_hosts", "num_hosts", hosts),
    ...count("Services", "monitored_services", "num_services", services),
    { text: `Version: ${status.get("livestatus_version") ?? "unknown"}`, quiet: true },
    { text: `Core: ${status.get("program_version") ?? "unknown"}`, quiet: true },
    ...switchedOff(status).map((name) => ({
      state: off[name] ?? OK,
      text: `${SETTINGS[name]} are switched off`,
      quiet: true,
    })),
  ];
}
