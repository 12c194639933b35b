import type { Cached } from "../../wire/header.ts";
import { type Check, type Context, ParseError, type Result, type Rows } from "./check.ts";
import { bounded, MAX_SERVICES } from "./bounds.ts";
import { UNKNOWN } from "./state.ts";

/** A section of a host's report; headers of one name are one section. */
export interface Section {
  readonly name: string;
  /** When it was made, where the agent says that it was not made for this report. */
  readonly cached?: Cached | undefined;
  readonly rows: Rows;
}

/** Data of earlier sections, for rates: by the names of their checks, with its epoch seconds. */
export type Previous = ReadonlyMap<string, { readonly data: unknown; readonly at: number }>;

export interface Circumstances {
  readonly catalogue: readonly Check[];
  /** Settings that replace those of a check, by the checks' names. */
  readonly params?: Readonly<Record<string, object>>;
  /** Epoch seconds of the poll: the time of data of which nothing better is known. */
  readonly at: number;
  readonly previous?: Previous | undefined;
  /** Is given what a check read, for its metrics; what it throws is taken for the check's failure. */
  readonly take?: (check: Check, data: unknown) => void;
}

/** What one section came to. */
export interface Judged {
  readonly check: Check;
  readonly cached?: Cached | undefined;
  /** What was wrong with the section, or with its check. */
  readonly error?: string;
  readonly results: readonly Result[];
}

export interface Judgement {
  readonly sections: readonly Judged[];
  /** To be handed to the next poll. */
  readonly previous: Previous;
}

interface Read {
  readonly check: Check;
  readonly params: object;
  readonly cached?: Cached | undefined;
  readonly data?: unknown;
  /** Epoch seconds that the section states. */
  readonly time?: number | undefined;
  readonly error?: string;
}

/**
 * Judges the sections of one host, each by the check that bears its name; others are passed over.
 * A section that cannot be read, and a check that breaks, give one UNKNOWN service and cost nothing
 * else.
 *
 * Data is of the time that `cached(…)` says; else that its section states, or another section of
 * the same report; else of the poll.
 */
export function evaluate(
  sections: Iterable<Section>,
  { catalogue, params = {}, at, previous, take }: Circumstances,
): Judgement {
  const byName = new Map([...sections].map((section) => [section.name, section]));
  const reads = catalogue.flatMap((check) => {
    const section = byName.get(check.section);
    return section ? read(check, section, { ...check.params, ...params[check.section] }) : [];
  });
  const reportTime = reads.find((one) => !one.cached && one.time !== undefined)?.time ?? at;
  const kept = new Map<string, { data: unknown; at: number }>();
  const judged = reads.map((one) => {
    const { check, cached, data, error } = one;
    if (error !== undefined) return { check, cached, error, results: [broken(check, error)] };
    const time = cached?.at ?? one.time ?? reportTime;
    const before = check.comparesWithPrevious && previous?.get(check.section);
    if (check.comparesWithPrevious) kept.set(check.section, { data, at: time });
    const context = {
      params: one.params,
      at: time,
      ...(before && before.at < time ? { previous: before } : {}),
    };
    return judge(one, context, take);
  });
  return { sections: judged, previous: kept };
}

/** Nothing for a section of which its check says that it might as well not have been sent. */
function read(check: Check, { cached, rows }: Section, params: object): Read[] {
  try {
    const data = check.parse(rows, params);
    return data === undefined ? [] : [{ check, params, cached, data, time: check.time?.(data) }];
  } catch (error) {
    const reason = error instanceof ParseError ? error.message : String(error);
    return [{ check, params, cached, error: reason }];
  }
}

/** What a check said before it broke, or said too much, stays said. */
function judge(
  { check, cached, data }: Read,
  context: Context<unknown, object>,
  take: Circumstances["take"],
): Judged {
  const results: Result[] = [];
  let error: string | undefined;
  try {
    for (const result of check.evaluate(data, context)) {
      if (results.length === MAX_SERVICES) {
        error = `more than ${MAX_SERVICES} services`;
        break;
      }
      results.push(bounded(result));
    }
    take?.(check, data);
  } catch (thrown) {
    error = `the check failed: ${String(thrown)}`;
  }
  if (error === undefined) return { check, cached, results };
  return { check, cached, error, results: [...results, broken(check, error)] };
}

const broken = ({ section }: Check, reason: string): Result =>
  bounded({ service: `Section ${section}`, state: UNKNOWN, summary: reason });
