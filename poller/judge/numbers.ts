/** Numbers as reports write them, read strictly. */

// Digits can be read in one way only: two ways take forever to find that a long text is no number.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^-?\d+$/;

/** So many digits are read exactly, whatever they are. */
const MAX_DIGITS = 15;

/** A finite number in decimal notation; `undefined` for anything else, the empty text included. */
export function decimal(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = digits(text);
  if (count !== undefined) return count;
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A finite number without a fraction; `undefined` for anything else. */
export function integer(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return digits(text) ?? (WHOLE.test(text) ? decimal(text) : undefined);
}

/** What digits alone come to, as most numbers are written: many times faster than an expression. */
function digits(text: string): number | undefined {
  if (text === "" || text.length > MAX_DIGITS) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

const ZERO = 48;
