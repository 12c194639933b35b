/** Numbers as reports write them, read strictly. */

// Digits can be read in one way only: two ways take forever to find that a long text is no number.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^-?\d+$/;

/** A finite number in decimal notation; `undefined` for anything else, the empty text included. */
export function decimal(text: string | undefined): number | undefined {
  if (text === undefined || !DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A finite number without a fraction; `undefined` for anything else. */
export function integer(text: string | undefined): number | undefined {
  return text !== undefined && WHOLE.test(text) ? decimal(text) : undefined;
}
