import type { Metrics } from "./families.ts";
import { cleanValue } from "./labels.ts";

/** One series as it is exported, without the host's label. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What `metrics` find in `data`. */
export function* samples(metrics: Metrics, data: unknown): Generator<Sample, void> {
  for (const metric of metrics) {
    if (!("families" in metric)) {
      const value = metric.read(data);
      if (value !== undefined) yield { name: metric.name, labels: {}, value };
      continue;
    }
    for (const thing of metric.things(data)) {
      const values = metric.values(thing);
      const labels = Object.fromEntries(
        metric.labels.map((label, index) => [label, cleanValue(values[index] ?? "")]),
      );
      for (const family of metric.families) {
        const value = family.read(thing);
        if (value !== undefined) yield { name: family.name, labels, value };
      }
    }
  }
}
