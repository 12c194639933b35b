/** What the poller itself says of each host. */

import type { Cached } from "../wire/header.ts";
import type { Account } from "./account.ts";
import type { Differences } from "./judge/baseline.ts";
import type { Check } from "./judge/check.ts";
import { counter, each, gauge } from "./judge/metrics.ts";
import { labelName } from "./labels.ts";
import type { Limits } from "./limits.ts";
import { Families, type Metrics } from "./families.ts";
import { type Block, HostText } from "./render.ts";
import type { Services } from "./services.ts";
import type { ErrorCounts } from "./snapshots.ts";
import type { Host } from "./targets/host.ts";

/** What every poll tells, whether a report came or not. */
export interface PollFacts {
  readonly up: boolean;
  readonly seconds: number;
  readonly lastSuccess?: number | undefined;
  readonly errors: ErrorCounts;
  readonly host: Host;
}

/** A section that no check knows. */
export interface Unknown {
  readonly name: string;
  readonly lines: number;
  readonly cached?: Cached | undefined;
}

/** What is known of a report once it is judged. */
export interface ReportFacts {
  readonly bytes: number;
  /** Epoch seconds at which it came. */
  readonly at: number;
  /** How many sections came, known to a check or not. */
  readonly sections: number;
  readonly series: number;
  readonly accounts: readonly Account[];
  readonly unknown: readonly Unknown[];
  readonly differences: Differences;
  readonly limits: Limits;
  /** Hosts for which it may not speak. */
  readonly refused: readonly string[];
}

const pollMetrics: Metrics<PollFacts> = [
  gauge("roundsman_up", "Whether the last poll brought a report.", (poll) => (poll.up ? 1 : 0)),
  gauge(
    "roundsman_poll_duration_seconds",
    "How long the last poll took, without waiting for a slot.",
    (poll) => poll.seconds,
  ),
  gauge(
    "roundsman_last_success_timestamp_seconds",
    "When the last report came.",
    (poll) => poll.lastSuccess,
  ),
  each((poll: PollFacts) => Object.entries(poll.errors), { reason: ([reason]) => reason }, [
    counter(
      "roundsman_poll_errors_total",
      "Polls that failed, or whose report was cut off; reasons that happened.",
      ([, count]) => count,
    ),
  ]),
  gauge(
    "roundsman_poll_interval_seconds",
    "How often the host, or the one that speaks for it, is to be polled.",
    ({ host }) => host.intervalSeconds,
  ),
  each(
    (poll: PollFacts) => (poll.host.guestOf === undefined ? [] : [poll]),
    { source: ({ host }) => host.guestOf ?? "" },
    [
      gauge(
        "roundsman_piggyback_last_timestamp_seconds",
        "When the host that speaks for this one last did.",
        ({ lastSuccess }) => lastSuccess,
      ),
    ],
  ),
];

const serviceMetrics: Metrics<Services> = [
  each(
    (services: Services) => services.states(),
    { check: (one) => one.check, service: (one) => one.service },
    [
      gauge(
        "roundsman_service_state",
        "State of a service: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN.",
        (one) => one.state,
      ),
    ],
  ),
];

const info = gauge(
  "roundsman_host_info",
  "The labels that the configuration gives a host.",
  () => 1,
);

/** Label names that Prometheus, or we, fill in. */
const RESERVED = /^(instance|job|__.*)$/;

/** The host's labels on a family that is always 1; names that are taken are prefixed. */
function hostInfo({ labels }: Host): Metrics {
  const values = new Map(
    Object.entries(labels).map(([key, value]) => {
      const name = labelName(key);
      return [RESERVED.test(name) ? `label_${name}` : name, value];
    }),
  );
  return [
    {
      labels: [...values.keys()],
      things: () => [values],
      values: () => [...values.values()],
      families: [info],
    },
  ];
}

/** In the place of the metrics of all hosts, whose labels differ. */
const infoMetrics: Metrics = [{ labels: [], things: () => [], values: () => [], families: [info] }];

/** Families of a poll: what stays while a host is down. */
export const pollFamilies = new Families([pollMetrics, serviceMetrics, infoMetrics]);

/** What the poller says of a poll; what is as it was at the `last` one is not written anew. */
export function pollBlocks(
  facts: PollFacts,
  services: Services,
  last?: { readonly host: Host; readonly services: Services; readonly blocks: readonly Block[] },
): Block[] {
  const { host } = facts;
  const text = new HostText(pollFamilies, host.name);
  const [, oldStates, oldInfo] = last?.blocks ?? [];
  const states =
    oldStates && last?.services.areAs(services) === true && text.again(oldStates)
      ? oldStates
      : text.write(serviceMetrics, services);
  const about =
    oldInfo && last?.host === host
      ? oldInfo
      : { ...text.tell(hostInfo(host), undefined), metrics: infoMetrics };
  return [text.tell(pollMetrics, facts), states, about];
}

/** Sections that the agent serves from its cache, known to a check or not. */
const cachedSections = ({ accounts, unknown, at }: ReportFacts) =>
  [...accounts, ...unknown].flatMap(({ name, cached }) =>
    cached ? [{ name, cached, now: at }] : [],
  );

export const reportMetrics: Metrics<ReportFacts> = [
  gauge("roundsman_agent_output_bytes", "Size of the report.", (report) => report.bytes),
  gauge("roundsman_sections", "Sections in the report.", (report) => report.sections),
  gauge("roundsman_series", "Series made of the report.", (report) => report.series),
  each((report: ReportFacts) => report.accounts, { section: ({ name }) => name }, [
    gauge("roundsman_section_up", "Whether the section could be read and judged.", (one) =>
      one.error === undefined ? 1 : 0,
    ),
  ]),
  each(cachedSections, { section: ({ name }) => name }, [
    gauge(
      "roundsman_section_age_seconds",
      "How old the section was when it was polled, where the agent serves it from its cache.",
      ({ cached, now }) => now - cached.at,
    ),
    gauge(
      "roundsman_section_max_age_seconds",
      "For how long the agent means the section to be served.",
      ({ cached }) => cached.interval,
    ),
  ]),
  gauge(
    "roundsman_sections_unknown",
    "Sections that no check knows.",
    ({ unknown }) => unknown.length,
  ),
  each(({ unknown }: ReportFacts) => unknown, { section: ({ name }) => name }, [
    gauge(
      "roundsman_section_lines",
      "Lines of a section that no check knows.",
      ({ lines }) => lines,
    ),
  ]),
  each(
    ({ differences: { missingSections, newServices, vanishedServices } }: ReportFacts) => [
      ["sections_missing", missingSections.length] as const,
      ["services_new", newServices.length] as const,
      ["services_vanished", vanishedServices.length] as const,
    ],
    { kind: ([kind]) => kind },
    [
      gauge(
        "roundsman_baseline_differences",
        "How much of the host is not as when it was first seen or last accepted.",
        ([, count]) => count,
      ),
    ],
  ),
  gauge(
    "roundsman_piggyback_refused",
    "Hosts for which the host spoke and may not.",
    ({ refused }) => refused.length,
  ),
  each(({ limits }: ReportFacts) => Object.entries(limits), { limit: ([limit]) => limit }, [
    gauge(
      "roundsman_over_limit",
      "How much a limit has cut from the last report, for limits that did.",
      ([, count]) => count,
    ),
  ]),
];

/** Families of a report: what the poller says of it, then all that the catalogue's checks give. */
export const reportFamilies = (catalogue: readonly Check[]): Families =>
  new Families([reportMetrics, ...catalogue.map((check) => check.metrics)]);
