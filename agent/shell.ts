/** Files that the real agent gives to a shell, read without one. */

/** In single quotes, in double quotes, behind a backslash, or bare: a word consists of such pieces. */
const PIECES = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\\s;&|<>()]+)/gy;
const EXPANSION = /^(?:[^\\]|\\.)*?[$`]/;
const END_OF_LINE = /^\s*(?:;\s*)?$|^(?:\s+|\s*;\s*)#/;

/**
 * What lines of the form NAME=value assign, quotes taken off; `undefined` for a value that only a
 * shell can tell, such as one with a `$` outside of single quotes, or with more behind it.
 */
export const assignments = (text: string): ReadonlyMap<string, string | undefined> =>
  new Map(
    Array.from(
      text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)=(.*)$/gm),
      ([, name = "", rest = ""]) => [name, onlyWord(rest)],
    ),
  );

function onlyWord(text: string): string | undefined {
  let [word, length] = ["", 0];
  for (const [piece, single, double, escaped, bare] of text.matchAll(PIECES)) {
    if (EXPANSION.test(double ?? bare ?? "") || bare?.includes("~")) return undefined;
    word += single ?? double?.replace(/\\([$`"\\])/g, "$1") ?? escaped ?? bare ?? "";
    length += piece.length;
  }
  return END_OF_LINE.test(text.slice(length)) ? word : undefined;
}
