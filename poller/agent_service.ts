/** The service that every host has: how its agent is, and whether all comes that came before. */
import type { Cached } from "../wire/header.ts";
import type { Differences } from "./judge/baseline.ts";
import { conclude, type Finding } from "./judge/findings.ts";
import { duration, plural } from "./judge/format.ts";
import type { Ruled } from "./judge/ruled.ts";
import { CRIT, WARN } from "./judge/state.ts";
import type { Limits } from "./limits.ts";
import type { Service } from "./services.ts";
import type { Failure, PastFailure } from "./snapshots.ts";

export const AGENT = "Agent";

const MAX_NAMES = 20;

/** What a report tells of its agent. */
export interface ReportFacts {
  /** How many sections came. */
  readonly sections: number;
  /** What checks say of the agent. */
  readonly said: readonly Ruled[];
  /** Sections that come from the agent's cache. */
  readonly cached: readonly { readonly name: string; readonly cached: Cached }[];
  /** Sections that no check knows. */
  readonly unknown: readonly string[];
  readonly differences: Differences;
  readonly limits: Limits;
  /** Hosts for which it may not speak. */
  readonly refused: readonly string[];
  /** Epoch seconds. */
  readonly at: number;
}

/** What a report tells of its agent, for people. */
export function agentFindings(facts: ReportFacts): Finding[] {
  const { said, cached, unknown, at } = facts;
  const { missingSections, newServices, vanishedServices } = facts.differences;
  const [oldest] = cached
    .map(({ name, cached }) => ({ name, age: at - cached.at }))
    .sort((a, b) => b.age - a.age);
  const found: Finding[] = [
    ...said.flatMap(({ state, summary, details = "" }) => [
      { state, text: summary },
      { text: details, quiet: true },
    ]),
    ...(oldest && oldest.age > 0
      ? [{ text: `oldest section: ${oldest.name}, ${duration(oldest.age)}`, quiet: true }]
      : []),
    ...list("missing sections", missingSections, { state: WARN }),
    ...list("vanished services", vanishedServices, { quiet: true }),
    ...list("new services", newServices, { quiet: true }),
    ...list("sections that no check knows", unknown, { quiet: true }),
    ...list("may not speak for", facts.refused, { state: WARN }),
    ...Object.entries(facts.limits).map(([what, count]) => ({
      text: `over the limit of ${what}: ${count}`,
      // What is cut short is not lost.
      ...(what === "label_length" ? { quiet: true } : { state: WARN }),
    })),
  ];
  const isLoud = found.some(({ text = "", quiet }) => text !== "" && quiet !== true);
  return isLoud ? found : [{ text: plural(facts.sections, "section") }, ...found];
}

/** The service itself: of a report that came, or of none. */
export function agentService(
  findings: readonly Finding[] | undefined,
  failure: Failure | undefined,
  past: PastFailure | undefined,
  at: number,
): Service {
  const now = failure
    ? [{ state: findings ? WARN : CRIT, text: `${failure.reason}: ${failure.message}` }]
    : [];
  const before = past
    ? [
        {
          text: `last failure ${duration(at - past.at)} ago, ${past.reason}: ${past.message}`,
          quiet: true,
        },
      ]
    : [];
  return { check: "agent", ...conclude(AGENT, [...now, ...(findings ?? []), ...before]) };
}

function list(what: string, names: readonly string[], how: Omit<Finding, "text">): Finding[] {
  if (names.length === 0) return [];
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return [{ text: `${what}: ${shown}${more > 0 ? ` and ${more} more` : ""}`, ...how }];
}
