/** What processes tell of themselves, so that it can stand beside what others tell. */
import type { Metrics } from "../self.ts";

/** What is about a process, and makes no sense added up. */
const OF_PROCESS = /^(process|nodejs|roundsman_event_loop)_/;

/** Metrics of a process: what is about itself bears its number. */
export const numbered = (metrics: Metrics, process: number): Metrics =>
  metrics.map((metric) =>
    OF_PROCESS.test(metric.name)
      ? {
          ...metric,
          aggregator: "sum" as const,
          values: metric.values.map((value) => ({
            ...value,
            labels: { ...value.labels, process: String(process) },
          })),
        }
      : metric,
  );

/** What stays true when a process has ended: how often something happened. */
export const counted = (metrics: Metrics): Metrics =>
  metrics.filter(({ name, type }) => !OF_PROCESS.test(name) && COUNTERS.has(String(type)));

const COUNTERS: ReadonlySet<string> = new Set(["counter", "histogram"]);
