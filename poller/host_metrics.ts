/** What the poller itself says of each poll. */

import type { Check } from "./judge/check.ts";
import { counter, each, gauge } from "./judge/metrics.ts";
import { labelName } from "./labels.ts";
import { Families, type Metrics } from "./families.ts";
import { type Block, HostText } from "./render.ts";
import { ownMetrics } from "./report_metrics.ts";
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

/** Families of a report: what the poller says of it, then all that the catalogue's checks give. */
export const reportFamilies = (catalogue: readonly Check[]): Families =>
  new Families([...ownMetrics, ...catalogue.map((check) => check.metrics)]);
