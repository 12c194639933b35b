import type { Cached } from "../../wire/header.ts";
import { type Check, ParseError, type Result, type Rows } from "./check.ts";
import { bounded, boundedTexts, MAX_SERVICES } from "./bounds.ts";
import { type Earlier, lacked, type Previous } from "./earlier.ts";
import { isSameBaseline, keyOf, type Recalled, Watched } from "./recall.ts";
import { paramsOf, type Ruled, ruled, rulesOf, wide } from "./ruled.ts";
import type { Rule } from "./rules.ts";
import { UNKNOWN } from "./state.ts";

/** A section of a host's report; headers of one name are one section. */
export interface Section {
  readonly name: string;
  /** When it was made, where the agent says that it was not made for this report. */
  readonly cached?: Cached | undefined;
  readonly rows: Rows;
  readonly bytes?: number;
  /** Tells it from another that says something else. */
  hash?(): string;
}

type Texts = Readonly<Record<string, string>>;

/** What checks compare with: per check, a text per item. */
export type Baseline = Readonly<Record<string, Texts>>;

export interface Circumstances<Kept = Judged> {
  readonly catalogue: readonly Check[];
  /** Those that concern the host; of each service, the first that covers it holds. */
  readonly rules?: readonly Rule[];
  /** A function: it may have to be fetched, and often nobody asks. */
  readonly baseline?: Baseline | (() => Baseline | undefined) | undefined;
  /** Whether that is what it was at the poll before. */
  readonly isSameBaseline?: boolean;
  /** Epoch seconds of the poll: the time of data of which nothing better is known. */
  readonly at: number;
  readonly previous?: Previous | undefined;
  /** What sections came to at the poll before, under the same rules. */
  readonly recalled?: ReadonlyMap<string, Recalled<Kept>> | undefined;
  /** What is given of a section, and kept for the next poll; absent: all. */
  readonly keep?: (judged: Judged) => Kept;
  /** Has a check's metrics be what they were then; false where that cannot be. */
  readonly again?: (check: Check, time: number, was: Kept) => boolean;
  /**
   * Is given what a check read, for its metrics, and its epoch seconds; what it throws is taken for
   * the check's failure.
   */
  readonly take?: (check: Check, data: unknown, time: number) => void;
}

/** What one section came to. */
export interface Judged {
  readonly check: Check;
  readonly cached?: Cached | undefined;
  /** What was wrong with the section, or with its check. */
  readonly error?: string;
  readonly results: readonly Ruled[];
}

export interface Judgement<Kept = Judged> {
  readonly sections: readonly Kept[];
  /** Epoch seconds of data of which nothing better is known. */
  readonly time: number;
  /** To be handed to the next poll. */
  readonly previous: Previous;
  /** What later polls may be compared with. */
  readonly baseline: Baseline;
  /** To be handed to the next poll. */
  readonly recalled: ReadonlyMap<string, Recalled<Kept>>;
}

interface Unread {
  readonly check: Check;
  readonly section: Section;
  /** Up to the first that is about all of the check's services. */
  readonly rules: readonly Rule[];
  readonly key: string | undefined;
}

interface Read<Kept = unknown> extends Unread {
  readonly data?: unknown;
  /** Epoch seconds that the section states. */
  readonly time?: number | undefined;
  readonly error?: string;
  /** Set where it has not been read: it says what it said when it came to this. */
  readonly old?: Recalled<Kept> | undefined;
}

/**
 * Judges the sections of one host, each by the check that bears its name; others are passed over.
 * A section that cannot be read, and a check that breaks, give one UNKNOWN service and cost nothing
 * else.
 *
 * Data is of the time that `cached(…)` says; else that its section states, or another section of
 * the same report; else of the poll.
 */
export function evaluate<Kept = Judged>(
  sections: Iterable<Section>,
  circumstances: Circumstances<Kept>,
): Judgement<Kept> {
  const { catalogue, rules = [], at, previous, recalled, again, take } = circumstances;
  const { keep = (judged) => judged as Kept } = circumstances;
  const reads: Read<Kept>[] = [];
  for (const { check, section } of known(sections, catalogue)) {
    const key = keyOf(section);
    const old = recalled?.get(check.section);
    const one = { check, section, rules: rulesOf(check, rules), key };
    if (old && old.key === key) reads.push({ data: undefined, time: old.time, old, ...one });
    else reads.push(...read(one));
  }
  const reportTime =
    reads.find(({ section, time }) => !section.cached && time !== undefined)?.time ?? at;
  const kept = new Map<string, Earlier>();
  const remembered: Record<string, Texts> = {};
  const recallable = new Map<string, Recalled<Kept>>();

  const { baseline } = circumstances;
  const baselineOf = (check: Check): Texts | undefined =>
    check.baseline && (typeof baseline === "function" ? baseline() : baseline)?.[check.section];
  /** Whether all that counted is as it was. */
  const stands = ({ check, old }: Read<Kept>, time: number): boolean =>
    old !== undefined &&
    (old.at === undefined || old.at === time) &&
    (circumstances.isSameBaseline === true || isSameBaseline(old.baseline, baselineOf(check))) &&
    (again?.(check, time, old.judged) ?? false);

  const judgeOne = (one: Read<Kept>): Kept[] => {
    const { check, section, error, key, old } = one;
    const name = check.section;
    const time = section.cached?.at ?? one.time ?? reportTime;
    const earlier = check.comparesWithPrevious && previous?.get(name);
    if (old && stands(one, time)) {
      if (old.texts) remembered[name] = old.texts;
      if (earlier) kept.set(name, earlier.at === time ? earlier : since(earlier, time));
      recallable.set(name, old);
      return [old.judged];
    }
    if (old) return asItWas(one, earlier).flatMap(judgeOne);
    if (error !== undefined)
      return [keep({ check, cached: section.cached, error, results: [broken(check, error)] })];
    const { data } = one;
    if (check.comparesWithPrevious) kept.set(name, { data, at: time, bytes: section.bytes, key });
    const context = new Watched({
      at: time,
      polledAt: at,
      ...(earlier && earlier.at < time ? { previous: earlier } : {}),
      ...(check.baseline && { baseline: alone(baselineOf(check)) }),
    });
    const judged = keep(
      judge(one, context, () => {
        take?.(check, data, time);
        if (check.baseline) remembered[name] = boundedTexts(check.baseline(data));
      }),
    );
    if (context.isPollless && key !== undefined)
      recallable.set(name, {
        key,
        judged,
        time: one.time,
        at: context.isTimeless ? undefined : time,
        baseline: baselineOf(check),
        texts: remembered[name],
      });
    return [judged];
  };
  const judged = reads.flatMap(judgeOne);
  return {
    sections: judged,
    time: reportTime,
    previous: new Map([...lacked(kept, previous), ...kept]),
    baseline: remembered,
    recalled: recallable,
  };
}

const orders = new WeakMap<readonly Check[], ReadonlyMap<string, number>>();

/** The sections that a check knows, in the order of the catalogue. */
function known(sections: Iterable<Section>, catalogue: readonly Check[]) {
  const order = orders.get(catalogue) ?? new Map(catalogue.map(({ section }, i) => [section, i]));
  orders.set(catalogue, order);
  const found: { place: number; check: Check; section: Section }[] = [];
  for (const section of sections) {
    const place = order.get(section.name);
    const check = place === undefined ? undefined : catalogue[place];
    if (place !== undefined && check) found.push({ place, check, section });
  }
  return found.sort((a, b) => a.place - b.place);
}

/** The same, said again at another time. */
const since = ({ data, bytes, key }: Earlier, at: number): Earlier => ({ data, at, bytes, key });

/** Of a section that says the same, what was read of it stands, where it was kept. */
function asItWas(
  { check, section, rules, key, time }: Read,
  earlier: Earlier | undefined | false,
): Read<never>[] {
  const one = { check, section, rules, key };
  return earlier && earlier.key === key ? [{ data: earlier.data, time, ...one }] : read(one);
}

/** Without what every object knows: an item may be called `constructor`. */
const alone = (texts: Texts = {}): Texts =>
  Object.assign(Object.create(null) as Record<string, string>, texts);

/** Nothing for a section of which its check says that it might as well not have been sent. */
function read(one: Unread): Read<never>[] {
  const { check, section, rules } = one;
  try {
    const data = check.parse(section.rows, paramsOf(check, wide(rules)));
    return data === undefined ? [] : [{ data, time: check.time?.(data), ...one }];
  } catch (error) {
    return [{ error: error instanceof ParseError ? error.message : String(error), ...one }];
  }
}

/** What a check said before it broke, or said too much, stays said. */
function judge({ check, rules, section, data }: Read, context: Watched, take: () => void): Judged {
  const { cached } = section;
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

const broken = ({ section }: Check, reason: string): Result =>
  bounded({ service: `Section ${section}`, state: UNKNOWN, summary: reason });
