import { hash } from "node:crypto";
import type { SectionHeader } from "../wire/header.ts";
import type { Codec } from "./decode.ts";
import { ParseError, type Rows } from "./judge/check.ts";

/** Longer lines are left out: what one line can cost must have a bound. */
export const MAX_LINE_BYTES = 1 << 20;

const LF = 10;
const CR = 13;

// What Python's str.split() and str.strip() take for blank; \s is nearly the same, not quite.
const BLANK = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

// Two blanks together, or something that may be another kind of blank.
const MANIFOLD = / {2}|[^ -~]/;

/** What one header opened: the bytes up to the next header, and how they are read. */
export class Part implements Rows {
  readonly header: SectionHeader;
  readonly bytes: Buffer;
  readonly #codec: Codec;
  #hash: string | undefined;
  #isOver = false;

  constructor(header: SectionHeader, codec: Codec, bytes: Buffer) {
    this.header = header;
    this.bytes = bytes;
    this.#codec = codec;
  }

  /** Tells it from another that says something else. */
  hash(): string {
    this.#hash ??= hash("sha1", this.bytes, "base64") + optionsText(this.header);
    return this.#isOver ? `${this.#hash} over` : this.#hash;
  }

  /** Has its lines refused: the report has too many. */
  refuseLines(): void {
    this.#isOver = true;
  }

  /** Non-blank lines, counted without decoding them. */
  countLines(): number {
    let count = 0;
    for (let at = 0; at < this.bytes.length;) {
      const end = lineEnd(this.bytes, at);
      if (!isBlank(this.bytes, at, end)) count++;
      at = end + 1;
    }
    return count;
  }

  /** As it came, in bytes of its own: a header with all that it said, and more options; the lines. */
  text(more: Readonly<Record<string, string>> = {}): Buffer {
    const { name, options } = this.header;
    const said = Object.entries({ ...options, ...more }).map(([key, value]) => `:${key}(${value})`);
    const end = this.bytes.length === 0 || this.bytes.at(-1) === LF ? "" : "\n";
    const header = Buffer.from(`<<<${name}${said.join("")}>>>\n`);
    return Buffer.concat([header, this.bytes, Buffer.from(end)]);
  }

  hasLongLine(): boolean {
    if (this.bytes.length <= MAX_LINE_BYTES) return false;
    for (let at = 0; at < this.bytes.length;) {
      const end = lineEnd(this.bytes, at);
      if (end - at > MAX_LINE_BYTES) return true;
      at = end + 1;
    }
    return false;
  }

  /**
   * Each line is decoded on its own: a field that a check keeps is a view of its line, and would
   * otherwise keep the text of the whole part in memory. Throws ParseError when they are refused.
   */
  *lines(): Generator<string, void> {
    const { bytes, header } = this;
    if (this.#isOver) throw new ParseError("too many lines in the report");
    const decode = this.#codec(bytes);
    for (let at = 0, end; at < bytes.length; at = end + 1) {
      end = lineEnd(bytes, at);
      if (end - at > MAX_LINE_BYTES || isBlank(bytes, at, end)) continue;
      const text = decode(bytes, at, withoutReturns(bytes, end));
      const line = header.nostrip ? text : strip(text);
      if (line !== "") yield line;
    }
  }

  *[Symbol.iterator](): Generator<readonly string[], void> {
    const { separator } = this.header;
    for (const line of this.lines())
      yield separator === undefined ? words(line) : line.split(separator);
  }
}

/**
 * Has lines refused where the parts of one host have more of them than may be read: those of the
 * longest, so that a flood costs itself alone, and the same ones whatever of them is read.
 */
export function limitLines(parts: readonly Part[], limit: number): void {
  let left = limit;
  const counted = parts.map((part) => ({ part, lines: newlinesIn(part.bytes) }));
  for (const { part, lines } of counted.sort((a, b) => a.lines - b.lines))
    if (lines > left) part.refuseLines();
    else left -= lines;
}

/** Whether there are more lines than this. */
export function hasMoreLines(bytes: Buffer, than: number): boolean {
  if (bytes.length <= than) return false;
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1))
    if (++count > than) return true;
  return false;
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  // Of a flood each byte may be one: to be told where the next one is costs ten times as much.
  for (let at = bytes.length; at-- > 0;) if (bytes[at] === LF) count++;
  return count;
}

/** The lines of several parts in their order, each split as its own header says. */
export function joined(parts: readonly Rows[]): Rows {
  const [only, ...more] = parts;
  return only && more.length === 0 ? only : new Joined(parts);
}

/** A class: generators that are made anew each time are slow to begin. */
class Joined implements Rows {
  readonly #parts: readonly Rows[];

  constructor(parts: readonly Rows[]) {
    this.#parts = parts;
  }

  *lines(): Generator<string, void> {
    for (const part of this.#parts) yield* part.lines();
  }

  *[Symbol.iterator](): Generator<readonly string[], void> {
    for (const part of this.#parts) yield* part;
  }
}

const optionsText = ({ options }: SectionHeader): string => {
  for (const _ in options) return JSON.stringify(options);
  return "";
};

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LF, at);
  return end < 0 ? bytes.length : end;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > 32 || byte < 9 || (byte > CR && byte < 32)) return false;
  }
  return true;
}

function withoutReturns(bytes: Buffer, end: number): number {
  let at = end;
  while (bytes[at - 1] === CR) at--;
  return at;
}

// No regular expression: one that looks for blanks at the end tries every run of blanks before it.
function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlankAt(text, start)) start++;
  while (start < end && isBlankAt(text, end - 1)) end--;
  return text.slice(start, end);
}

function isBlankAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code > 32 && code < 127) return false;
  return BLANK.test(text.charAt(at));
}

function words(line: string): string[] {
  const text = strip(line);
  if (text === "") return [];
  // Most lines have one blank between words, and Node splits at those several times faster.
  return MANIFOLD.test(text) ? apart(text) : text.split(" ");
}

/** What stands between blanks of all kinds: faster than an expression, which most tables would need. */
function apart(text: string): string[] {
  const found: string[] = [];
  for (let at = 0, start = 0; at <= text.length; at++) {
    if (at < text.length && !isBlankAt(text, at)) continue;
    if (at > start) found.push(text.slice(start, at));
    start = at + 1;
  }
  return found;
}
