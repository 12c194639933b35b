/** What Prometheus reads: rules in YAML. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { top } from "../../peers.ts";

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export const DEPLOY = join(top, "poller", "deploy");

/** The groups of a file of ours. */
export function ruleGroups(name: string): readonly RuleGroup[] {
  const text = readFileSync(join(DEPLOY, name), "utf8");
  const { groups } = parse(text) as { groups: readonly RuleGroup[] };
  return groups;
}
