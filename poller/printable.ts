/** Text of strangers as a terminal or a page may show it. */

// Control characters, invisible ones, those that turn the direction of writing; breaks of lines.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_IN_LINES = /(?!\t|\r?\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line that moves no cursor and changes no colour: U+FFFD where something would. */
export const printable = (text: string): string =>
  text.replaceAll("\t", " ").replace(UNPRINTABLE, "\ufffd");

/** The same for several lines, whose ends and tabs stay. */
export const printableLines = (text: string): string =>
  text.replace(UNPRINTABLE_IN_LINES, "\ufffd");

/** JSON of nothing but what prints: the rest is escaped, so that nothing is lost. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
