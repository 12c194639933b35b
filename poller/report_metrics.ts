/** What the poller itself says of each report. */

import type { Cached } from "../wire/header.ts";
import type { Account } from "./account.ts";
import type { Metrics } from "./families.ts";
import type { Differences } from "./judge/baseline.ts";
import { each, gauge } from "./judge/metrics.ts";
import type { Limits } from "./limits.ts";
import type { Block, HostText } from "./render.ts";

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

/** Sections that the agent serves from its cache, known to a check or not. */
const cachedSections = ({ accounts, unknown, at }: ReportFacts) =>
  [...accounts, ...unknown].flatMap(({ name, cached }) =>
    cached ? [{ name, cached, now: at }] : [],
  );

/** What differs from report to report. */
const reportMetrics: Metrics<ReportFacts> = [
  gauge("roundsman_agent_output_bytes", "Size of the report.", (report) => report.bytes),
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
];

/** What seldom does. */
const standingMetrics: Metrics<ReportFacts> = [
  gauge("roundsman_sections", "Sections in the report.", (report) => report.sections),
  gauge("roundsman_series", "Series made of the report.", (report) => report.series),
  each((report: ReportFacts) => report.accounts, { section: ({ name }) => name }, [
    gauge("roundsman_section_up", "Whether the section could be read and judged.", (one) =>
      one.error === undefined ? 1 : 0,
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

/** What the poller says of a report. */
export const ownMetrics = [reportMetrics, standingMetrics] as const;

/** What stands in the metrics that seldom differ. */
export interface Standing {
  readonly facts: string;
  readonly block: Block;
}

/** Writes what the poller says of a report; what stands as it was `before` is not written anew. */
export function reportBlocks(
  text: HostText,
  facts: ReportFacts,
  before: Standing | undefined,
): { readonly blocks: readonly Block[]; readonly standing: Standing } {
  const told = text.tell(reportMetrics, facts);
  const key = standingFacts(facts);
  const standing =
    before?.facts === key && text.again(before.block)
      ? before
      : { facts: key, block: text.tell(standingMetrics, facts) };
  return { blocks: [told, standing.block], standing };
}

/** All that those metrics read. */
function standingFacts(facts: ReportFacts): string {
  const { sections, series, accounts, unknown, differences, refused, limits } = facts;
  const { missingSections, newServices, vanishedServices } = differences;
  let key = `${sections} ${series} ${refused.length}`;
  key += ` ${missingSections.length} ${newServices.length} ${vanishedServices.length}`;
  for (const { name, error } of accounts) key += error === undefined ? `\n${name}` : `\n!${name}`;
  for (const { name, lines } of unknown) key += `\n?${name} ${lines}`;
  for (const limit in limits) key += `\n<${limit} ${limits[limit] ?? 0}`;
  return key;
}
