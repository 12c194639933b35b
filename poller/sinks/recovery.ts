/** What an earlier process left in the folder of a queue. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { framesIn, readMarks, written, type WrittenMarks } from "./frames.ts";
import { Segment, segmentNumber } from "./segment.ts";
import type { Marks } from "./times.ts";

/** Hosts that were not polled for so long are forgotten. */
const FORGET_MILLISECONDS = 86_400_000;

const POSITION = "position.json";
const MARKS = "marks.json";

/** Where the next frame to be sent is. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export interface Recovered {
  /** Those with something that is not done with; the oldest first. */
  readonly segments: readonly Segment[];
  /** In the first of them. */
  readonly offset: number;
  /** The number of the next segment. */
  readonly next: number;
  readonly marks: ReadonlyMap<string, Marks>;
  /** Epoch milliseconds of the oldest frame. */
  readonly oldest: number | undefined;
}

interface WrittenState {
  /** The segment that was begun then. */
  readonly segment: number;
  readonly hosts: Readonly<Record<string, WrittenMarks>>;
}

/**
 * Reads what is there; the folder is made where it is not. Files end at the first frame that is not
 * whole. Throws where the folder cannot be used. `now` is epoch milliseconds.
 */
export function recover(folder: string, now: number): Recovered {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const position = (readJson(folder, POSITION) as Position | undefined) ?? {
    segment: 0,
    offset: 0,
  };
  const state = (readJson(folder, MARKS) as WrittenState | undefined) ?? { segment: 0, hosts: {} };
  const marks = new Map(Object.entries(state.hosts).map(([host, one]) => [host, readMarks(one)]));
  const numbers = readdirSync(folder)
    .flatMap((name) => segmentNumber(name) ?? [])
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  let oldest: number | undefined;
  for (const number of numbers) {
    const segment = new Segment(folder, number);
    const isFirst = number === position.segment;
    for (const one of framesIn(readFileSync(segment.path))) {
      if (number >= state.segment && one.host !== undefined) {
        if (one.marks) marks.set(one.host, one.marks);
        else marks.delete(one.host);
      }
      const isPending = isFirst ? segment.bytes >= position.offset : number > position.segment;
      if (isPending) {
        segment.samples += one.samples;
        oldest ??= one.at;
      }
      segment.newest = one.at;
      segment.bytes += one.length;
    }
    const done = isFirst ? position.offset : number < position.segment ? Infinity : 0;
    if (segment.bytes > done) segments.push(segment);
    else segment.remove();
  }
  for (const [host, { poll }] of marks) if (poll < now - FORGET_MILLISECONDS) marks.delete(host);
  return {
    segments,
    marks,
    oldest,
    offset: segments[0]?.number === position.segment ? position.offset : 0,
    next: Math.max(position.segment, state.segment, numbers.at(-1) ?? 0) + 1,
  };
}

export const writePosition = (folder: string, position: Position): void =>
  writeJson(folder, POSITION, position);

/** Writes what is known to be sent before the first frame of a segment. */
export function writeMarks(
  folder: string,
  segment: number,
  marks: Iterable<readonly [host: string, marks: Marks]>,
): void {
  const hosts = Object.fromEntries(Array.from(marks, ([host, one]) => [host, written(one)]));
  writeJson(folder, MARKS, { segment, hosts } satisfies WrittenState);
}

/** The file is the old one or the new one, whenever the process ends. */
function writeJson(folder: string, name: string, value: object): void {
  const path = join(folder, name);
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** What is not there, or not whole, is as if it had never been. */
function readJson(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
