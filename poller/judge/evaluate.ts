import type { Cached } from "../../wire/header.ts";
import { type Check, ParseError, type Result, type Rows } from "./check.ts";
import { bounded, boundedTexts, MAX_SERVICES } from "./bounds.ts";
import { type Earlier, lacked, type Previous } from "./earlier.ts";
import { isSameBaseline, keyOf, type Recalled, Watched } from "./recall.ts";
import { covers, isAbout, isNarrow, type Rule } from "./rules.ts";
import { UNKNOWN } from "./state.ts";

export type { Previous };

/** A section of a host's report; headers of one name are one section. */
export interface Section {
  readonly name: string;
  /** When it was made, where the agent says that it was not made for this report. */
  readonly cached?: Cached | undefined;
  readonly rows: Rows;
  readonly bytes?: number;
  /** Tells it from another that says something else. */
  readonly hash?: () => string;
}

/** What checks compare with: per check, a text per item. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Circumstances {
  readonly catalogue: readonly Check[];
  /** Those that concern the host; of each service, the first that covers it holds. */
  readonly rules?: readonly Rule[];
  readonly baseline?: Baseline | undefined;
  /** Epoch seconds of the poll: the time of data of which nothing better is known. */
  readonly at: number;
  readonly previous?: Previous | undefined;
  /** What sections came to at the poll before, under the same rules. */
  readonly recalled?: ReadonlyMap<string, Recalled> | undefined;
  /** Has a check's metrics be what they were then; false where that cannot be. */
  readonly again?: (check: Check, time: number) => boolean;
  /**
   * Is given what a check read, for its metrics, and its epoch seconds; what it throws is taken for
   * the check's failure.
   */
  readonly take?: (check: Check, data: unknown, time: number) => void;
}

/** A result and the rule that holds for it, if any. */
export interface Ruled extends Result {
  readonly rule?: Rule;
}

/** What one section came to. */
export interface Judged {
  readonly check: Check;
  readonly cached?: Cached | undefined;
  /** What was wrong with the section, or with its check. */
  readonly error?: string;
  readonly results: readonly Ruled[];
}

export interface Judgement {
  readonly sections: readonly Judged[];
  /** Epoch seconds of data of which nothing better is known. */
  readonly time: number;
  /** To be handed to the next poll. */
  readonly previous: Previous;
  /** What later polls may be compared with. */
  readonly baseline: Baseline;
  /** To be handed to the next poll. */
  readonly recalled: ReadonlyMap<string, Recalled>;
}

interface Read {
  readonly check: Check;
  /** Up to the first that is about all of the check's services. */
  readonly rules: readonly Rule[];
  readonly cached?: Cached | undefined;
  readonly data?: unknown;
  /** Epoch seconds that the section states. */
  readonly time?: number | undefined;
  readonly error?: string;
  readonly key?: string | undefined;
  /** Set where it has not been read: it came to this before. */
  readonly old?: Recalled;
}

/**
 * Judges the sections of one host, each by the check that bears its name; others are passed over.
 * A section that cannot be read, and a check that breaks, give one UNKNOWN service and cost nothing
 * else.
 *
 * Data is of the time that `cached(…)` says; else that its section states, or another section of
 * the same report; else of the poll.
 */
export function evaluate(sections: Iterable<Section>, circumstances: Circumstances): Judgement {
  const { catalogue, rules = [], at, previous, baseline, recalled, again, take } = circumstances;
  const byName = new Map([...sections].map((section) => [section.name, section]));
  const reads = catalogue.flatMap((check) => {
    const section = byName.get(check.section);
    if (!section) return [];
    const key = keyOf(section);
    const old = recalled?.get(check.section);
    const isSame = old?.key === key && isSameBaseline(old?.baseline, baseline?.[check.section]);
    const own = rulesOf(check, rules);
    if (old && isSame)
      return [{ check, rules: own, cached: section.cached, time: old.time, key, old }];
    return read(check, section, own, key);
  });
  const reportTime = reads.find((one) => !one.cached && one.time !== undefined)?.time ?? at;
  const kept = new Map<string, Earlier>();
  const remembered: Record<string, Readonly<Record<string, string>>> = {};
  const known = new Map<string, Recalled>();
  const judgeOne = (one: Read): Judged[] => {
    const { check, cached, data, error, key, old } = one;
    const name = check.section;
    const time = cached?.at ?? one.time ?? reportTime;
    if (old) {
      const section = byName.get(name);
      if (!again?.(check, time))
        return section ? read(check, section, one.rules, key).flatMap(judgeOne) : [];
      if (old.texts) remembered[name] = old.texts;
      known.set(name, old);
      return [old.judged];
    }
    if (error !== undefined) return [{ check, cached, error, results: [broken(check, error)] }];
    const before = check.comparesWithPrevious && previous?.get(name);
    if (check.comparesWithPrevious)
      kept.set(name, { data, at: time, bytes: byName.get(name)?.bytes });
    const context = new Watched({
      at: time,
      polledAt: at,
      ...(before && before.at < time ? { previous: before } : {}),
      ...(check.baseline && { baseline: alone(baseline?.[name]) }),
    });
    const judged = judge(one, context, () => {
      take?.(check, data, time);
      if (check.baseline) remembered[name] = boundedTexts(check.baseline(data));
    });
    if (context.isTimeless && !check.comparesWithPrevious && key !== undefined)
      known.set(name, {
        ...{ key, judged, time: one.time },
        ...{ baseline: baseline?.[name], texts: remembered[name] },
      });
    return [judged];
  };
  const judged = reads.flatMap(judgeOne);
  return {
    sections: judged,
    time: reportTime,
    previous: new Map([...lacked(kept, previous), ...kept]),
    baseline: remembered,
    recalled: known,
  };
}

/** Without what every object knows: an item may be called `constructor`. */
const alone = (texts: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.assign(Object.create(null) as Record<string, string>, texts);

/** Those that may be about a check's services; none that stands behind one about all of them. */
function rulesOf(check: Check, rules: readonly Rule[]): readonly Rule[] {
  const own = rules.filter((rule) => isAbout(rule, check));
  const last = own.findIndex((rule) => !isNarrow(rule));
  return last < 0 ? own : own.slice(0, last + 1);
}

const paramsOf = (check: Check, rule: Rule | undefined): object => ({
  ...check.params,
  ...rule?.params,
});

/** Of the rules for a check, the one about all of its services. */
const wide = (rules: readonly Rule[]): Rule | undefined =>
  rules.findLast((rule) => !isNarrow(rule));

/** Nothing for a section of which its check says that it might as well not have been sent. */
function read(
  check: Check,
  { cached, rows }: Section,
  rules: readonly Rule[],
  key: string | undefined,
): Read[] {
  const one = { check, rules, cached, key };
  try {
    const data = check.parse(rows, paramsOf(check, wide(rules)));
    return data === undefined ? [] : [{ ...one, data, time: check.time?.(data) }];
  } catch (error) {
    return [{ ...one, error: error instanceof ParseError ? error.message : String(error) }];
  }
}

/** What a check said before it broke, or said too much, stays said. */
function judge({ check, rules, cached, data }: Read, context: Watched, take: () => void): Judged {
  const results: Ruled[] = [];
  let error: string | undefined;
  try {
    for (const result of ruled(check, data, context, rules)) {
      if (results.length === MAX_SERVICES) {
        error = `more than ${MAX_SERVICES} services`;
        break;
      }
      results.push(bounded(result));
    }
    take();
  } catch (thrown) {
    error = `the check failed: ${String(thrown)}`;
  }
  if (error === undefined) return { check, cached, results };
  return { check, cached, error, results: [...results, broken(check, error)] };
}

/**
 * Checks know nothing of rules: each is asked once as most of its services are judged, and once more
 * for each rule that is about some of them, of which then only these are taken.
 */
function* ruled(
  check: Check,
  data: unknown,
  context: Watched,
  rules: readonly Rule[],
): Generator<Ruled, void> {
  const ask = (rule: Rule | undefined): Iterable<Result> =>
    check.evaluate(data, context.with(paramsOf(check, rule)));
  const ruleOf = (result: Result): Rule | undefined =>
    rules.find((rule) => covers(rule, check, result));
  const most = wide(rules);
  const asked = new Map<Rule, Map<string, Result>>();
  const askedOnce = (rule: Rule): Map<string, Result> => {
    const known = asked.get(rule) ?? new Map(Array.from(ask(rule), (one) => [one.service, one]));
    asked.set(rule, known);
    return known;
  };
  for (const result of ask(most)) {
    const rule = ruleOf(result);
    if (rule?.ignore) continue;
    if (rule === undefined || rule === most || Object.keys(rule.params).length === 0)
      yield rule ? { ...result, rule } : result;
    else {
      const other = askedOnce(rule).get(result.service);
      if (other) yield { ...other, rule };
    }
  }
}

const broken = ({ section }: Check, reason: string): Result =>
  bounded({ service: `Section ${section}`, state: UNKNOWN, summary: reason });
