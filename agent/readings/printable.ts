/** Names and command lines that anybody may choose, made fit for one line of a terminal or a table. */

const ONLY_ASCII = /^[\x20-\x7e]*$/;
/** A character beyond ASCII in UTF-8 (its bytes, in Latin-1), or a byte that is part of none. */
const CHARACTER_OR_BYTE =
  /[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[^\x20-\x7e]/g;
/** C1 controls, and the separators of lines and paragraphs. */
const CONTROL = /^(?:\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9])$/;

/**
 * A control character, and each byte that is not UTF-8, becomes `?`, as ps(1) and df(1) do it.
 * Takes and gives Latin-1 strings of UTF-8 bytes.
 */
export const printable = (text: string): string =>
  ONLY_ASCII.test(text)
    ? text
    : text.replace(CHARACTER_OR_BYTE, (found) =>
        found.length === 1 || CONTROL.test(found) ? "?" : found,
      );
