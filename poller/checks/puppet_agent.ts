import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { CRIT, WARN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";

/** Values of the summary by `section.name`; `disabled`, `running`, `catalog` and `error` where they hold. */
export type Facts = ReadonlyMap<string, string>;

interface Params {
  readonly age: Levels;
  readonly failed: Levels;
}

const RESOURCES = [
  "changed",
  "corrective_change",
  "failed",
  "failed_to_restart",
  "out_of_sync",
  "restarted",
  "scheduled",
  "skipped",
] as const;

const EVENTS = ["failure", "success", "noop"] as const;

const LINE = /^([a-z_]+(?:\.[A-Za-z_]+)?): (.*)$/;

/**
 * How Puppet's last run went, and whether it may run at all.
 *
 * Section: puppet_agent   Source: last_run_summary.yaml, the locks beside it; the plugin puppet_agent
 * Params: age: seconds since the last run; failed: resources that failed in it
 */
export const puppetAgent: Check<Facts, Params> = {
  section: "puppet_agent",
  params: { age: { warn: 7200, crit: 86_400 }, failed: { warn: 1, crit: 1 } },

  parse(rows) {
    const facts = new Map<string, string>();
    let first: string | undefined;
    for (const line of rows.lines()) {
      first ??= line;
      const [, name, value = ""] = LINE.exec(line) ?? [];
      if (name !== undefined) facts.set(name, value);
    }
    if (first === undefined) return undefined;
    if (facts.size === 0) throw new ParseError("not a summary of Puppet", first);
    return facts;
  },

  metrics: [
    gauge(
      "roundsman_puppet_last_run_timestamp_seconds",
      "When Puppet last ran, in epoch seconds.",
      (facts: Facts) => numberIn(facts, "time.last_run"),
    ),
    gauge(
      "roundsman_puppet_last_run_duration_seconds",
      "How long Puppet's last run took.",
      (facts: Facts) => numberIn(facts, "time.total"),
    ),
    gauge("roundsman_puppet_changes", "Changes made in the last run.", (facts: Facts) =>
      numberIn(facts, "changes.total"),
    ),
    gauge("roundsman_puppet_disabled", "Whether somebody has disabled Puppet.", (facts: Facts) =>
      Number(facts.has("disabled")),
    ),
    gauge(
      "roundsman_puppet_catalog_failed",
      "Whether there was nothing to apply in the last run.",
      (facts: Facts) => Number(facts.has("catalog")),
    ),
    gauge("roundsman_puppet_managed_resources", "Resources of the host.", (facts: Facts) =>
      numberIn(facts, "resources.total"),
    ),
    each(parts("resources", RESOURCES), { state: ({ name }) => name }, [
      gauge("roundsman_puppet_resources", "Resources by what became of them.", (one) => one.value),
    ]),
    each(parts("events", EVENTS), { outcome: ({ name }) => name }, [
      gauge("roundsman_puppet_events", "Events of the last run by outcome.", ({ value }) => value),
    ]),
    each(
      (facts: Facts) => (facts.has("version.puppet") ? [facts] : []),
      { version: (facts) => facts.get("version.puppet") ?? "" },
      [gauge("roundsman_puppet_info", "The version of Puppet; always 1.", () => 1)],
    ),
  ],

  *evaluate(facts, { params, at }) {
    yield conclude("Puppet Agent", [...lastRun(facts, at, params), ...permission(facts)]);
  },
};

const numberIn = (facts: Facts, name: string): number | undefined => decimal(facts.get(name));

function parts(section: string, names: readonly string[]) {
  return (facts: Facts) =>
    names.map((name) => ({ name, value: numberIn(facts, `${section}.${name}`) }));
}

function lastRun(facts: Facts, at: number, { age, failed }: Params): Finding[] {
  const total = numberIn(facts, "resources.total");
  const of = total === undefined ? "" : ` of ${plural(total, "resource")}`;
  const failures = numberIn(facts, "resources.failed");
  return [
    ...found(
      "Time since last run",
      {
        name: "last_run",
        value: since(at, numberIn(facts, "time.last_run")),
        levels: { upper: age },
      },
      duration,
    ),
    ...(facts.has("catalog") ? [{ state: CRIT, text: "the last run had nothing to apply" }] : []),
    ...found("Failed", { name: "failed", value: failures, levels: { upper: failed }, min: 0 }).map(
      (finding) => quietly(finding),
    ),
    ...found(
      "Changed",
      { name: "changed", value: numberIn(facts, "resources.changed"), min: 0 },
      (value) => `${value}${of}`,
    ),
    ...found(
      "Run took",
      { name: "run_time", value: numberIn(facts, "time.total"), min: 0 },
      duration,
    ).map((finding) => quietly(finding)),
    { text: facts.has("running") ? "a run is under way" : "" },
    {
      text: facts.has("version.puppet") ? `Version: ${facts.get("version.puppet") ?? ""}` : "",
      quiet: true,
    },
  ];
}

function permission(facts: Facts): Finding[] {
  const [disabled, error] = [facts.get("disabled"), facts.get("error")];
  return [
    ...(disabled === undefined ? [] : [{ state: WARN, text: `disabled: ${disabled}` }]),
    ...(error === undefined ? [] : [{ state: WARN, text: error }]),
  ];
}
