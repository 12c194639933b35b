/** What reports are judged by: the catalogue of checks and what a config says of them. */
import type { Config } from "./config.ts";
import { reportFamilies } from "./host_metrics.ts";
import type { Check } from "./judge/check.ts";
import type { Requirement, Rule } from "./judge/rules.ts";
import type { Families } from "./render.ts";

export interface Judging {
  readonly catalogue: readonly Check[];
  /** Sections that a check knows. */
  readonly names: ReadonlySet<string>;
  /** Families of a report, made of the same catalogue. */
  readonly families: Families;
  readonly rules: readonly Rule[];
  readonly require: readonly Requirement[];
}

export const judging = (
  catalogue: readonly Check[],
  { rules, require }: Pick<Config, "rules" | "require"> = { rules: [], require: [] },
): Judging => ({
  catalogue,
  names: new Set(catalogue.map(({ section }) => section)),
  families: reportFamilies(catalogue),
  rules,
  require,
});
