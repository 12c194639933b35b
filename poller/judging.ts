/** What reports are judged by: the catalogue of checks and what a config says of them. */
import { declaredBy, type Families } from "./families.ts";
import { reportFamilies } from "./host_metrics.ts";
import type { Check } from "./judge/check.ts";
import type { Requirement, Rule } from "./judge/rules.ts";
import { MAX_SERIES } from "./render.ts";

export interface Judging {
  readonly catalogue: readonly Check[];
  /** Of these, those that tell facts. */
  readonly telling: readonly Check[];
  /** Sections that a check knows. */
  readonly names: ReadonlySet<string>;
  /** By section, those with which it shares a metric family. */
  readonly rivals: ReadonlyMap<string, readonly string[]>;
  /** Families of a report, made of the same catalogue. */
  readonly families: Families;
  /** Series that a host may have. */
  readonly maxSeries: number;
  readonly rules: readonly Rule[];
  readonly require: readonly Requirement[];
}

/** What a config says of judging. */
export interface JudgingConfig {
  readonly rules: readonly Rule[];
  readonly require: readonly Requirement[];
  readonly poll: { readonly maxSeries: number };
}

const NOTHING_SAID: JudgingConfig = { rules: [], require: [], poll: { maxSeries: MAX_SERIES } };

export const judging = (
  catalogue: readonly Check[],
  { rules, require, poll }: JudgingConfig = NOTHING_SAID,
): Judging => ({
  catalogue,
  telling: catalogue.filter((check) => check.facts !== undefined),
  names: new Set(catalogue.map(({ section }) => section)),
  rivals: rivalsIn(catalogue),
  families: reportFamilies(catalogue),
  maxSeries: poll.maxSeries,
  rules,
  require,
});

function rivalsIn(catalogue: readonly Check[]): ReadonlyMap<string, readonly string[]> {
  const givers = new Map<unknown, string[]>();
  const given = catalogue.map(({ section, metrics }) => ({ section, all: declaredBy(metrics) }));
  for (const { section, all } of given)
    for (const family of all) givers.set(family, [...(givers.get(family) ?? []), section]);
  return new Map(
    given.map(({ section, all }) => {
      const others = all.flatMap((family) => givers.get(family) ?? []);
      return [section, [...new Set(others)].filter((name) => name !== section)];
    }),
  );
}
