/**
 * Section and piggyback headers of the agent's text: `<<<name:option(value)…>>>` and `<<<<host>>>>`.
 *
 * Source: wire/README.md, "Headers".
 */

/** When data was made and for how long it is meant to be used, as in `:cached(at,interval)`. */
export interface Cached {
  /** Epoch seconds. */
  readonly at: number;
  /** Seconds. */
  readonly interval: number;
}

export interface SectionHeader {
  /** Letters, digits and underscores. */
  readonly name: string;
  /** Every well-formed option as it was sent, known or not. */
  readonly options: Readonly<Record<string, string>>;
  /** What lines are split with; absent: runs of whitespace. */
  readonly separator?: string;
  readonly cached?: Cached;
  /** Epoch seconds until which the section is to be kept when it is not sent again. */
  readonly persist?: number;
  /** A codec name as Python knows it; absent: UTF-8. */
  readonly encoding?: string;
  /** Keep the blanks at both ends of a line. */
  readonly nostrip: boolean;
}

const NAME = /^[A-Za-z0-9_]+$/;
const OPTION = /^([^(]*?)\((.*)\)$/s;
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const MAX_CODE_POINT = 0x10ffff;

/** Options of one header; five are known. */
export const MAX_OPTIONS = 32;

/** `<<<name:sep(N):cached(at,interval)>>>`; `separator` is a code point. */
export function formatHeader(
  name: string,
  { separator, cached }: { separator?: number | undefined; cached?: Cached | undefined } = {},
): string {
  const sep = separator === undefined ? "" : `:sep(${String(separator)})`;
  const age = cached ? `:cached(${String(cached.at)},${String(cached.interval)})` : "";
  return `<<<${name}${sep}${age}>>>`;
}

/** Whether a line (without its line end) opens or closes a section. */
export const isHeader = (line: string): boolean => line.startsWith("<<<") && line.endsWith(">>>");

/** Whether a line opens or closes the part of another host; to be asked before `isHeader`. */
export const isPiggybackHeader = (line: string): boolean =>
  line.startsWith("<<<<") && line.endsWith(">>>>");

/** Whether a header line closes a section without opening one: `<<<>>>`, `<<<:cached(1,2)>>>`. */
export const isFooter = (line: string): boolean => line.length < 7 || line[3] === ":";

/** The host of `<<<<host>>>>`, as sent; empty at the end of a piggyback part. */
export const piggybackHost = (line: string): string => line.slice(4, -4).trim();

/**
 * Reads a header line. `undefined` for one that must be refused: a bad name, too many options, `sep`,
 * `cached` or `persist` that are not numbers. Options that are unknown or malformed are ignored.
 */
export function parseHeader(line: string): SectionHeader | undefined {
  const [name = "", ...rest] = line.slice(3, -3).split(":", MAX_OPTIONS + 2);
  if (!NAME.test(name) || rest.length > MAX_OPTIONS) return undefined;
  // From entries, so that no key is taken for `__proto__`.
  const options: Readonly<Record<string, string>> = Object.fromEntries(rest.flatMap(option));
  const separator = options["sep"] === undefined ? undefined : integer(options["sep"]);
  if (separator !== undefined && !(separator >= 0 && separator <= MAX_CODE_POINT)) return undefined;
  const persist = options["persist"] === undefined ? undefined : integer(options["persist"]);
  if (Number.isNaN(persist)) return undefined;
  const cached = options["cached"] === undefined ? undefined : parseCached(options["cached"]);
  if (options["cached"] !== undefined && !cached) return undefined;
  return {
    name,
    options,
    ...(separator === undefined ? {} : { separator: String.fromCodePoint(separator) }),
    ...(cached ? { cached } : {}),
    ...(persist === undefined ? {} : { persist }),
    ...(options["encoding"] === undefined ? {} : { encoding: options["encoding"] }),
    nostrip: options["nostrip"] !== undefined,
  };
}

function option(text: string): [key: string, value: string][] {
  const [, key, value] = OPTION.exec(text) ?? [];
  return key === undefined || value === undefined ? [] : [[key, value]];
}

/** The value of `cached(…)`: `at,interval`; `undefined` unless both are whole numbers. */
export function parseCached(value: string): Cached | undefined {
  const [at = NaN, interval = NaN] = value.split(",").map(integer);
  return Number.isNaN(at) || Number.isNaN(interval) ? undefined : { at, interval };
}

/** A whole number as Python's `int()` reads it; `NaN` for all else and beyond 2^53. */
function integer(text: string): number {
  const value = INTEGER.test(text) ? Number(text.replaceAll("_", "")) : NaN;
  return Number.isSafeInteger(value) ? value : NaN;
}
