import { reportMetrics } from "./host_metrics.ts";
import type { Check } from "./judge/check.ts";
import { evaluate, type Judged, type Previous } from "./judge/evaluate.ts";
import type { Report } from "./parse.ts";
import { type Families, HostText } from "./render.ts";
import type { Outcome, Service } from "./snapshots.ts";

export interface Examination {
  /** The name of the host: its metrics' `instance`. */
  readonly host: string;
  readonly bytes: number;
  /** Epoch seconds at which the report came. */
  readonly at: number;
  readonly previous?: Previous | undefined;
  readonly catalogue: readonly Check[];
  /** Families of a report, made of the same catalogue. */
  readonly families: Families;
}

/** Judges a report and writes its metrics. Piggybacked hosts are only named. */
export function examine({ hosts }: Report, examination: Examination): Outcome {
  const { host, bytes, at, families } = examination;
  const sections = hosts.find((one) => one.host === "")?.sections ?? new Map<never, never>();
  const text = new HostText(families, host);
  const { sections: judged, previous } = evaluate(sections.values(), {
    ...examination,
    take: (check, data) => text.add(check.metrics, data),
  });
  const services = servicesOf(judged);
  const facts = { bytes, at, sections: sections.size, series: text.series, judged, services };
  text.add(reportMetrics, facts);
  return {
    at,
    bytes,
    services,
    piggybacked: hosts.filter((one) => one.host !== "").map((one) => one.host),
    fragments: text.finish(),
    drops: text.drops,
    previous,
  };
}

/** The services of all sections, each with the check that gave it. */
export const servicesOf = (judged: readonly Judged[]): Service[] =>
  judged.flatMap(({ check, results }) =>
    results.map((result) => ({ ...result, check: check.section })),
  );
