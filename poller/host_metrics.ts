/** What the poller itself says of each host. */

import type { Check } from "./judge/check.ts";
import type { Judged } from "./judge/evaluate.ts";
import { counter, each, gauge } from "./judge/metrics.ts";
import { labelName } from "./labels.ts";
import { type Metrics, Families } from "./render.ts";
import type { ErrorCounts, Service } from "./snapshots.ts";
import type { Host } from "./targets/host.ts";

/** What every poll tells, whether a report came or not. */
export interface PollFacts {
  readonly up: boolean;
  readonly seconds: number;
  readonly lastSuccess?: number | undefined;
  readonly errors: ErrorCounts;
}

/** What is known of a report once it is judged. */
export interface ReportFacts {
  readonly bytes: number;
  /** Epoch seconds at which it came. */
  readonly at: number;
  /** How many sections came, known to a check or not. */
  readonly sections: number;
  readonly series: number;
  readonly judged: readonly Judged[];
  readonly services: readonly Service[];
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

export const pollMetricsOf = (host: Host): Metrics<PollFacts> => [
  ...pollMetrics,
  ...hostInfo(host),
];

const isCached = ({ cached }: Judged): boolean => cached !== undefined;

export const reportMetrics: Metrics<ReportFacts> = [
  gauge("roundsman_agent_output_bytes", "Size of the report.", (report) => report.bytes),
  gauge("roundsman_sections", "Sections in the report.", (report) => report.sections),
  gauge("roundsman_series", "Series made of the report.", (report) => report.series),
  each((report: ReportFacts) => report.judged, { section: (one) => one.check.section }, [
    gauge("roundsman_section_up", "Whether the section could be read and judged.", (one) =>
      one.error === undefined ? 1 : 0,
    ),
  ]),
  each(
    ({ judged, at }: ReportFacts) => judged.filter(isCached).map((one) => ({ ...one, now: at })),
    { section: (one) => one.check.section },
    [
      gauge(
        "roundsman_section_age_seconds",
        "How old the section was when it was polled, where the agent serves it from its cache.",
        ({ cached, now }) => cached && now - cached.at,
      ),
      gauge(
        "roundsman_section_max_age_seconds",
        "For how long the agent means the section to be served.",
        ({ cached }) => cached?.interval,
      ),
    ],
  ),
  each(
    (report: ReportFacts) => report.services,
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

/** Families of a poll: what stays while a host is down. */
export const pollFamilies = new Families([
  ...pollMetrics,
  { labels: [], things: () => [], values: () => [], families: [info] },
]);

/** Families of a report: what the poller says of it, then all that the catalogue's checks give. */
export const reportFamilies = (catalogue: readonly Check[]): Families =>
  new Families([...reportMetrics, ...catalogue.flatMap((check) => check.metrics)]);
