/** Polls of hosts as if they had been, for tests of what is sent of them. */
import { timesOf } from "../../../poller/families.ts";
import { pollBlocks, reportFamilies } from "../../../poller/host_metrics.ts";
import { ownMetrics } from "../../../poller/report_metrics.ts";
import type { Check } from "../../../poller/judge/check.ts";
import { counter, each, gauge } from "../../../poller/judge/metrics.ts";
import { OK } from "../../../poller/judge/state.ts";
import { HostText } from "../../../poller/render.ts";
import type { Outcome, Snapshot } from "../../../poller/snapshots.ts";
import { hostOf } from "../hosts.ts";
import { outcomeOf, servicesOf } from "../means.ts";

/** Values by the device that they are of. */
export type Values = Readonly<Record<string, number>>;

/** A counter per device, of the time of its report. */
const fresh = [
  each((values: Values) => Object.entries(values), { device: ([device]) => device }, [
    counter<readonly [string, number]>("toy_reads_total", "Reads.", ([, value]) => value),
  ]),
];

/** A number per device, of a time of its own. */
const cached = [
  each((values: Values) => Object.entries(values), { device: ([device]) => device }, [
    gauge<readonly [string, number]>("toy_size_bytes", "Size.", ([, value]) => value),
  ]),
];

const checkOf = (section: string, metrics: Check<Values>["metrics"]): Check<Values> => ({
  section,
  params: {},
  parse: () => undefined,
  metrics,
  evaluate: () => [],
});

const families = reportFamilies([checkOf("fresh", fresh), checkOf("cached", cached)]);

export interface PollOf {
  /** Epoch seconds at which the report came. */
  readonly at: number;
  readonly host?: string;
  /** Epoch seconds that the report states. */
  readonly time?: number;
  readonly reads?: Values;
  readonly sizes?: { readonly time: number; readonly values: Values };
}

/** What came of a report. */
export function reportOf({ at, host = "web1", time = at, reads = {}, sizes }: PollOf): Outcome {
  const text = new HostText(families, host);
  const about = {
    ...{ bytes: 1, at, sections: 1, series: 1, accounts: [], unknown: [], limits: {}, refused: [] },
    differences: { missingSections: [], newServices: [], vanishedServices: [] },
  };
  const blocks = [
    ...ownMetrics.map((metrics) => text.write(metrics, about)),
    text.write(fresh, reads),
  ];
  if (sizes) blocks.push(text.write(cached, sizes.values));
  const taken = [
    { metrics: fresh, time },
    ...(sizes ? [{ metrics: cached, time: sizes.time }] : []),
  ];
  return outcomeOf({ at, time, blocks, times: timesOf(taken, time) });
}

/** What is known after a poll; without an outcome it brought nothing. */
export function pollOf(
  at: number,
  outcome: Outcome | undefined,
  { host = "web1", services = ["Check"] }: { host?: string; services?: readonly string[] } = {},
): Snapshot {
  const own = hostOf(1, { name: host });
  const all = servicesOf(
    services.map((service) => ({ check: "toy", service, state: OK, summary: "" })),
  );
  const facts = { host: own, at, up: outcome !== undefined, seconds: 0.1, errors: {} };
  return { ...facts, missed: 0, services: all, blocks: pollBlocks(facts, all), outcome };
}

/** A poll that brought a report. */
export const polled = (own: PollOf): Snapshot =>
  pollOf(own.at, reportOf(own), own.host === undefined ? {} : { host: own.host });
