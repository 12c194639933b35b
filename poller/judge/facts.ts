import type { Check } from "./check.ts";
import type { Section } from "./evaluate.ts";

/** Facts of a host at most, and characters of each. */
const MAX_FACTS = 200;
const MAX_CHARACTERS = 200;

/** Tells sections from others that may say something else of the host. */
export const factsKey = (
  sections: ReadonlyMap<string, Section>,
  telling: readonly Check[],
): string => telling.map(({ section }) => sections.get(section)?.hash?.() ?? "").join();

/** What a report says of its host for rules to select by; a section that cannot be read says nothing. */
export function factsOf(
  sections: ReadonlyMap<string, Section>,
  telling: readonly Check[],
): Readonly<Record<string, string>> {
  const found = telling.flatMap((check) => {
    const section = check.facts && sections.get(check.section);
    return section ? Object.entries(factsIn(check, section)) : [];
  });
  return Object.fromEntries(
    found
      .filter(([key]) => key.length <= MAX_CHARACTERS)
      .slice(0, MAX_FACTS)
      .map(([key, value]) => [key, value.slice(0, MAX_CHARACTERS)]),
  );
}

function factsIn(check: Check, { rows }: Section): Readonly<Record<string, string>> {
  try {
    const data = check.parse(rows, check.params);
    return data === undefined ? {} : (check.facts?.(data) ?? {});
  } catch {
    return {};
  }
}
