/** Which rules are about a check's services, and what it says under them. */
import type { Check, Result } from "./check.ts";
import type { Watched } from "./recall.ts";
import { covers, isAbout, isNarrow, type Rule } from "./rules.ts";

/** A result and the rule that holds for it, if any. */
export interface Ruled extends Result {
  readonly rule?: Rule;
}

/** Those that may be about a check's services; none that stands behind one about all of them. */
export function rulesOf(check: Check, rules: readonly Rule[]): readonly Rule[] {
  if (rules.length === 0) return rules;
  const own = rules.filter((rule) => isAbout(rule, check));
  const last = own.findIndex((rule) => !isNarrow(rule));
  return last < 0 ? own : own.slice(0, last + 1);
}

export const paramsOf = (check: Check, rule: Rule | undefined): object =>
  rule ? { ...check.params, ...rule.params } : check.params;

/** Of the rules for a check, the one about all of its services. */
export const wide = (rules: readonly Rule[]): Rule | undefined =>
  rules.findLast((rule) => !isNarrow(rule));

/**
 * Checks know nothing of rules: each is asked once as most of its services are judged, and once more
 * for each rule that is about some of them, of which then only these are taken.
 */
export function* ruled(
  check: Check,
  data: unknown,
  context: Watched,
  rules: readonly Rule[],
): Generator<Ruled, void> {
  const ask = (rule: Rule | undefined): Iterable<Result> =>
    check.evaluate(data, context.with(paramsOf(check, rule)));
  const ruleOf = (result: Result): Rule | undefined =>
    rules.find((rule) => covers(rule, check, result));
  if (rules.length === 0) {
    yield* ask(undefined);
    return;
  }
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
