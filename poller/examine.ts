import { type Account, accountOf, lasted } from "./account.ts";
import { agentFindings } from "./agent_service.ts";
import { compared, type Found, missing } from "./differences.ts";
import { type Metrics, type Times, timesOf } from "./families.ts";
import { reportBlocks, type Unknown } from "./report_metrics.ts";
import type { Known } from "./judge/baseline.ts";
import type { Check } from "./judge/check.ts";
import { evaluate, type Judgement } from "./judge/evaluate.ts";
import { factsKey, factsOf } from "./judge/facts.ts";
import type { Finding } from "./judge/findings.ts";
import { concerns, type Rule, type Subject } from "./judge/rules.ts";
import type { Judging } from "./judging.ts";
import { type Limits, limitsOf } from "./limits.ts";
import type { Section } from "./sections.ts";
import { type Block, HostText } from "./render.ts";
import { Services } from "./services.ts";
import type { Memory, Outcome, Recall } from "./snapshots.ts";

export interface Examination {
  /** The name is its metrics' `instance`. */
  readonly host: Omit<Subject, "facts">;
  readonly bytes: number;
  /** Epoch seconds at which the report came. */
  readonly at: number;
  readonly memory?: Memory | undefined;
  /** Asked for only where it matters. */
  readonly known?: (() => Known | undefined) | undefined;
  /** Tells what is known of the host from what was at other times; absent: nothing can be told. */
  readonly stamp?: string | undefined;
  /** Hosts for which it may not speak. */
  readonly refused?: readonly string[];
  /** What limits have cut from the report already. */
  readonly cut?: Limits;
  readonly judging: Judging;
  /** Is given what each check read. */
  readonly take?: (check: Check, data: unknown) => void;
}

/** An outcome, what else is told of it at once, and what later ones are to be compared with. */
export interface Examined extends Outcome {
  /** For the service of the agent. */
  readonly findings: readonly Finding[];
  /** Absent: what was known stands. */
  readonly known?: Known | undefined;
  /** What it took to write the metrics. */
  readonly renderSeconds: number;
}

/** Judges what a report says of one host and writes its metrics; `last` is what the one before came to. */
export function examine(
  sections: ReadonlyMap<string, Section>,
  examination: Examination,
  last?: Outcome,
): Examined {
  const { host, bytes, at, memory = last?.memory, refused = [], cut, judging, stamp } = examination;
  const { telling, families, maxSeries } = judging;
  const key = factsKey(sections, telling);
  const isToldAsBefore = last !== undefined && key === last.memory.recall?.factsKey;
  const facts = isToldAsBefore ? last.facts : factsOf(sections, telling);
  const { name, labels, tags } = host;
  const subject = { name, labels, tags, facts };
  const rules = judging.rules.filter((rule) => concerns(rule, subject));
  const recall = recallable(memory?.recall, rules, judging);
  const text = new HostText(families, host.name, maxSeries);
  const later = judgedBy(sections, examination, { text, rules, recall, memory });

  const isSameSections = recall !== undefined && isSame(later.sections, recall.accounts);
  const accounts = isSameSections ? recall.accounts : later.sections;
  const names = [...sections.keys()].join();
  const isAsBefore =
    isSameSections && recall.names === names && stamp !== undefined && stamp === recall.stamp;
  const found: Found =
    last && isAsBefore ? { differences: last.differences } : compared(sections, later, examination);

  const since = new Map<string, number>();
  const bundles = accounts.map((one) => lasted(one, at, memory?.since, since));
  bundles.push(...missing(judging.require, subject, accounts));
  const unknown = unknownOf(sections, judging.names);
  const limits = limitsOf(cut, text.drops);
  const { series } = text;
  const { differences } = found;
  const { blocks: told, standing } = reportBlocks(
    text,
    { bytes, at, sections: sections.size, series, accounts, unknown, differences, limits, refused },
    recall?.standing,
  );
  // Of thousands of hosts it matters what is made anew at each poll only to be kept until the next.
  const isWhole =
    isAsBefore &&
    last?.memory.recall === recall &&
    standing === recall.standing &&
    later.time === last.time &&
    since.size === 0;
  return {
    at,
    bytes,
    facts,
    sections: accounts,
    unknown,
    ...found,
    services:
      last && isSame(bundles, last.services.bundles) ? last.services : new Services(bundles),
    findings: agentFindings({
      unknown: unknown.map(({ name }) => name),
      differences,
      limits,
      refused,
      at,
      sections: sections.size,
      said: accounts.flatMap(({ said }) => said),
      cached: [...sections.values()].flatMap(({ name, cached }) =>
        cached ? [{ name, cached }] : [],
      ),
    }),
    blocks: [...told, ...accounts.flatMap(({ block }) => block ?? [])],
    time: later.time,
    times: later.times,
    drops: text.drops,
    limits,
    renderSeconds: text.seconds,
    memory:
      last && isWhole
        ? last.memory
        : {
            previous: later.previous,
            since,
            recall: {
              rules: recall?.rules ?? rules,
              families,
              maxSeries,
              accounts,
              sections: later.recalled,
              names,
              factsKey: key,
              standing,
              // What was learned may not be kept.
              stamp: found.known ? undefined : stamp,
            },
          },
  };
}

interface Circumstances {
  readonly text: HostText;
  readonly rules: readonly Rule[];
  readonly recall: Recall | undefined;
  readonly memory: Memory | undefined;
}

interface Later extends Judgement<Account> {
  readonly times: Times;
}

/** Judges each section, and has its metrics written. */
function judgedBy(
  sections: ReadonlyMap<string, Section>,
  { at, known, stamp, judging, take }: Examination,
  { text, rules, recall, memory }: Circumstances,
): Later {
  const taken: { readonly metrics: Metrics; readonly time: number }[] = [];
  const isAlone = (section: string): boolean =>
    judging.rivals.get(section)?.every((name) => !sections.has(name)) ?? false;
  let block: Block | undefined;
  const judgement = evaluate<Account>(sections.values(), {
    catalogue: judging.catalogue,
    at,
    rules,
    previous: memory?.previous,
    baseline: () => known?.()?.compared,
    isSameBaseline: recall !== undefined && stamp !== undefined && stamp === recall.stamp,
    recalled: recall?.sections,
    again({ section, metrics }, time, account) {
      if (!account.isAlone || !isAlone(section)) return false;
      if (!account.block) return true;
      if (!text.again(account.block)) return false;
      taken.push({ metrics, time });
      return true;
    },
    take(check, data, time) {
      block = text.write(check.metrics, data);
      taken.push({ metrics: check.metrics, time });
      take?.(check, data);
    },
    keep(judged) {
      const account = accountOf(judged, { block, isAlone: isAlone(judged.check.section) });
      block = undefined;
      return account;
    },
  });
  return { times: timesOf(taken, judgement.time), ...judgement };
}

/** What may be used again: as long as sections are judged by the same rules, and limited alike. */
function recallable(
  recall: Recall | undefined,
  rules: readonly Rule[],
  { families, maxSeries }: Judging,
): Recall | undefined {
  const isValid =
    recall?.families === families && recall.maxSeries === maxSeries && isSame(recall.rules, rules);
  return isValid ? recall : undefined;
}

const isSame = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i]);

const unknownOf = (
  sections: ReadonlyMap<string, Section>,
  names: ReadonlySet<string>,
): readonly Unknown[] =>
  [...sections.values()]
    .filter(({ name }) => !names.has(name))
    .map((one) => ({ name: one.name, cached: one.cached, lines: one.countLines() }));
