import { AGENT, agentFindings } from "./agent_service.ts";
import { reportMetrics, type Unknown } from "./host_metrics.ts";
import { compare, type Known, learn, MAX_REMEMBERED, type Sighting } from "./judge/baseline.ts";
import type { Check } from "./judge/check.ts";
import { evaluate, type Judged } from "./judge/evaluate.ts";
import { factsOf } from "./judge/facts.ts";
import { lasting } from "./judge/lasting.ts";
import { concerns, type Requirement, type Rule, type Subject } from "./judge/rules.ts";
import { CRIT } from "./judge/state.ts";
import type { Judging } from "./judging.ts";
import { type Limits, limitsOf } from "./limits.ts";
import type { Section } from "./parse.ts";
import { type Families, HostText, type Share, timesOf, type Written } from "./render.ts";
import type { Known as Seen, Memory, Outcome, Recall, Service } from "./snapshots.ts";

export interface Examination {
  /** The name is its metrics' `instance`. */
  readonly host: Omit<Subject, "facts">;
  readonly bytes: number;
  /** Epoch seconds at which the report came. */
  readonly at: number;
  readonly memory?: Memory | undefined;
  readonly known?: Known | undefined;
  /** Hosts for which it may not speak. */
  readonly refused?: readonly string[];
  /** What limits have cut from the report already. */
  readonly cut?: Limits;
  readonly judging: Judging;
  /** Is given what each check read. */
  readonly take?: (check: Check, data: unknown) => void;
}

/** An outcome, and what later ones are to be compared with. */
export interface Examined extends Outcome {
  readonly known: Known;
}

/** Judges what a report says of one host and writes its metrics. */
export function examine(
  sections: ReadonlyMap<string, Section>,
  { host, bytes, at, memory, known, refused = [], cut, judging, take }: Examination,
): Examined {
  const { catalogue, names, families } = judging;
  const facts = factsOf(sections, catalogue);
  const subject = { ...host, facts };
  const text = new HostText(families, host.name, judging.maxSeries);
  const taken: { readonly metrics: Check["metrics"]; readonly time: number }[] = [];
  const rules = judging.rules.filter((rule) => concerns(rule, subject));
  const recall =
    memory?.recall && isValid(memory.recall, rules, families) ? memory.recall : undefined;
  const written = new Map<string, Share | undefined>();
  const isAlone = (section: string): boolean =>
    judging.rivals.get(section)?.every((name) => !sections.has(name)) ?? false;
  const { sections: judged, ...later } = evaluate(sections.values(), {
    ...{ catalogue, at, rules, previous: memory?.previous, baseline: known?.compared },
    recalled: recall?.sections,
    again({ section, metrics }, time) {
      if (!recall || !isAlone(section)) return false;
      if (!recall.written.has(section)) return true;
      const share = recall.written.get(section);
      const before = text.written;
      if (!share || !text.again(metrics, recall.fragments, share)) return false;
      written.set(section, { before, own: share.own });
      taken.push({ metrics, time });
      return true;
    },
    take(check, data, time) {
      const before = text.written;
      text.add(check.metrics, data);
      const share = { before, own: difference(text.written, before) };
      written.set(check.section, isAlone(check.section) ? share : undefined);
      taken.push({ metrics: check.metrics, time });
      take?.(check, data);
    },
  });
  const all = servicesOf(judged);
  const found = all.filter(({ service }) => service !== AGENT);
  const lasted = lasting(found, at, memory?.since);
  const missing = absent(judging.require, subject, found);
  const services = [...(lasted.results as readonly Service[]), ...missing];

  const sighting: Sighting = {
    at,
    sections: [...sections.keys()],
    services: judged
      .flatMap(({ error, results }) => (error === undefined ? results : results.slice(0, -1)))
      .flatMap(({ service }) => (service === AGENT ? [] : service))
      .slice(0, MAX_REMEMBERED),
    compared: later.baseline,
  };
  const differences = compare(known ?? sighting, sighting);
  const unknown = unknownOf(sections, names);
  const limits = limitsOf(cut, text.drops);
  text.tell(reportMetrics, {
    ...{ bytes, at, sections: sections.size, series: text.series },
    ...{ judged, unknown, differences, limits, refused },
  });
  const fragments = text.finish();
  return {
    ...{ at, bytes, services, facts, sections: judged.map(seen), unknown, differences },
    known: learn(known, sighting, (check, service, item) =>
      found.some((one) => one.check === check && one.service === service && isOf(one, item)),
    ),
    findings: agentFindings({
      ...{ unknown: unknown.map(({ name }) => name), differences, limits, refused, at },
      sections: sections.size,
      said: all.filter(({ service }) => service === AGENT),
      cached: [...sections.values()].flatMap(({ name, cached }) =>
        cached ? [{ name, cached }] : [],
      ),
    }),
    fragments,
    time: later.time,
    times: timesOf(taken, later.time, families),
    drops: text.drops,
    memory: {
      previous: later.previous,
      since: lasted.since,
      recall: { rules, families, fragments, sections: later.recalled, written },
    },
  };
}

/** Sections that were made for the report and had no fault: one object for all hosts. */
const plain = new WeakMap<Check, Seen>();

function seen({ check, cached, error }: Judged): Seen {
  if (cached || error !== undefined) return { name: check.section, cached, error };
  const known = plain.get(check) ?? { name: check.section };
  plain.set(check, known);
  return known;
}

/** Whether sections would be judged by the same rules, and their metrics stand in the same places. */
const isValid = (recall: Recall, rules: readonly Rule[], families: Families): boolean =>
  recall.families === families &&
  recall.rules.length === rules.length &&
  recall.rules.every((rule, i) => rule === rules[i]);

const difference = (after: Written, before: Written): Written => ({
  series: after.series - before.series,
  duplicate: after.duplicate - before.duplicate,
  limit: after.limit - before.limit,
  truncated: after.truncated - before.truncated,
});

/** The services of all sections, each with the check that gave it. */
export const servicesOf = (judged: readonly Judged[]): Service[] =>
  judged.flatMap(({ check, results }) =>
    results.map((result) => ({ ...result, check: check.section })),
  );

const unknownOf = (
  sections: ReadonlyMap<string, Section>,
  names: ReadonlySet<string>,
): readonly Unknown[] =>
  [...sections.values()]
    .filter(({ name }) => !names.has(name))
    .map(({ name, cached, countLines }) => ({ name, cached, lines: countLines() }));

/** Services that have to be there and are not. */
const absent = (
  require: readonly Requirement[],
  subject: Subject,
  services: readonly Service[],
): readonly Service[] =>
  require
    .filter((one) => concerns(one, subject))
    .filter(({ service: name }) => name !== AGENT && !services.some((one) => one.service === name))
    .map(({ service, origin }) => ({
      ...{ service, check: "require", state: CRIT },
      summary: `is not there, and has to be (${origin})`,
    }));

/** The item of an interface is its number, while it is remembered by its name. */
const isOf = ({ item, service }: Service, remembered: string): boolean =>
  item === remembered || service.endsWith(` ${remembered}`);
