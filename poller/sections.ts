/** Sections of a report, as they came and as several hosts told of them. Only for use during the poll. */
import type { Cached } from "../wire/header.ts";
import type { Rows } from "./judge/check.ts";
import { joined, type Part } from "./rows.ts";

/** A section: all that was sent under headers of one name. */
export interface Section {
  readonly name: string;
  /** Of the last header that states it. */
  readonly cached?: Cached | undefined;
  /** Epoch seconds; of the last header that states it. */
  readonly persist?: number | undefined;
  readonly rows: Rows;
  readonly bytes: number;
  /** Non-blank lines, counted without reading them. */
  countLines(): number;
  /** Tells it from another that says something else. */
  hash(): string;
}

/** Of one report. A class: thousands are made per second, and little is asked of most. */
export class PartSection implements Section {
  readonly name: string;
  readonly #parts: Part[];

  constructor(first: Part) {
    this.name = first.header.name;
    this.#parts = [first];
  }

  add(part: Part): void {
    this.#parts.push(part);
  }

  get cached(): Cached | undefined {
    return this.#parts.findLast(({ header }) => header.cached)?.header.cached;
  }

  get persist(): number | undefined {
    return this.#parts.findLast(({ header }) => header.persist !== undefined)?.header.persist;
  }

  get rows(): Rows {
    return joined(this.#parts);
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.bytes.length, 0);
  }

  countLines(): number {
    return this.#parts.reduce((sum, part) => sum + part.countLines(), 0);
  }

  hash(): string {
    return this.#parts.map((part) => part.hash()).join();
  }
}

/** The same, of another time than the report. */
export const aged = (section: Section, cached: Cached): Section => {
  const { name, persist, rows, bytes } = section;
  const countLines = (): number => section.countLines();
  return { name, cached, persist, rows, bytes, countLines, hash: () => section.hash() };
};

/** What was said of the same thing twice; the first tells how old it is. */
export const both = (first: Section, second: Section): Section => ({
  name: first.name,
  cached: first.cached,
  persist: first.persist,
  rows: joined([first.rows, second.rows]),
  bytes: first.bytes + second.bytes,
  countLines: () => first.countLines() + second.countLines(),
  hash: () => `${first.hash()},${second.hash()}`,
});
