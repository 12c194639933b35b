/** Labels as a receiver wants them. */

/** Names with values; sorted by name once they are read. */
export type Labels = readonly (readonly [name: string, value: string])[];

export const NAME_LABEL = "__name__";

/**
 * Reads `{name="value",…}` as we render it, adds what is in `external` and not there, and sorts. An
 * empty value is as good as none.
 */
export function labelsOf(text: string, external: Labels): Labels {
  const labels: [string, string][] = [];
  for (let at = 1; at < text.length - 1;) {
    const quote = text.indexOf('="', at) + 2;
    const end = endOf(text, quote);
    const value = text.slice(quote, end);
    labels.push([text.slice(at, quote - 2), value.includes("\\") ? unescaped(value) : value]);
    at = end + 2;
  }
  for (const [name, value] of external)
    if (!labels.some(([own]) => own === name)) labels.push([name, value]);
  const real = labels.some(([, value]) => value === "")
    ? labels.filter(([, value]) => value !== "")
    : labels;
  return real.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Where the value ends whose first character is at `start`. */
function endOf(text: string, start: number): number {
  for (let at = start; ; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === '"' || char === undefined) return at;
  }
}

const unescaped = (value: string): string =>
  value.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
