/**
 * Whether all of a text is as a pattern says, in which `*` stands for any characters, none included,
 * and `?` for one. Case counts. Takes at most `text.length * pattern.length` steps, whatever the
 * text: unlike a regular expression, it may be shown what a stranger wrote.
 */
export function matches(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let p = 0;
  while (at < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = at;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[at])) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

export const matchesAny = (text: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => matches(text, pattern));
