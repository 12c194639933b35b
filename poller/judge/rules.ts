/** Rules of the config: for which services of which hosts other settings hold than a check's own. */
import type { Check, Result } from "./check.ts";
import { matches } from "./glob.ts";

/** What is known of a host before it is judged; facts are what its report says of it. */
export interface Subject {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

/** Patterns with `*` and `?`, all of which have to hold. */
export interface Where {
  readonly host?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

/** Which services; absent: whichever. Items and services are patterns. */
export interface Selection {
  readonly check?: string | undefined;
  readonly item?: string | undefined;
  readonly service?: string | undefined;
}

/** What holds for the services that it is the first to match. */
export interface Rule extends Selection {
  readonly where: Where;
  /** Settings of the check that replace its own. */
  readonly params: Readonly<Record<string, unknown>>;
  /** A state other than OK counts once it has lasted for so long. */
  readonly forSeconds?: number | undefined;
  /** Whether there are to be no such services. */
  readonly ignore: boolean;
  /** For people: where it stands in the config. */
  readonly origin: string;
}

/** A service that has to be there. */
export interface Requirement {
  readonly where: Where;
  /** Its name, in full. */
  readonly service: string;
  readonly origin: string;
}

/** Whether a rule or requirement is about a host. */
export const concerns = (
  { where }: { readonly where: Where },
  { name, labels, tags, facts }: Subject,
): boolean =>
  (where.host === undefined || matches(name, where.host)) &&
  where.tags.every((pattern) => tags.some((tag) => matches(tag, pattern))) &&
  hold(where.labels, labels) &&
  hold(where.facts, facts);

const hold = (
  patterns: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(patterns).every(([key, pattern]) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    return value !== undefined && matches(value, pattern);
  });

/** Whether a rule is about single services of a check, not about all that it gives. */
export const isNarrow = ({ item, service }: Selection): boolean =>
  item !== undefined || service !== undefined;

/** Whether a rule is about a service that a check gave. */
export const covers = (
  selection: Selection,
  of: Pick<Check, "section" | "formOf">,
  result: Pick<Result, "item" | "service">,
): boolean => isAbout(selection, of) && isOf(selection, result);

/** Whether a rule may be about what a check gives. */
export const isAbout = (
  { check }: Selection,
  { section, formOf }: Pick<Check, "section" | "formOf">,
): boolean => check === undefined || check === section || check === formOf;

const isOf = ({ item, service }: Selection, result: Pick<Result, "item" | "service">): boolean =>
  (item === undefined || (result.item !== undefined && matches(result.item, item))) &&
  (service === undefined || matches(result.service, service));
