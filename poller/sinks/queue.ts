/**
 * What is still to be sent, on disk: segments that are only ever appended to, a position up to which
 * they are done with, and what was known to be sent when the newest segment was begun.
 *
 * What was taken is with the kernel when `append` returns, so that the end of the process costs
 * nothing; and on disk some seconds later, so that the end of the machine costs no more.
 */
import { type Frame, frame, frameAt, frameLength } from "./frames.ts";
import { type Position, recover, type Recovered, writeMarks, writePosition } from "./recovery.ts";
import type { Taken } from "./sampler.ts";
import { Segment } from "./segment.ts";
import type { Marks } from "./times.ts";

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

/** What is sent at once. */
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_BATCH_SAMPLES = 10_000;

export interface QueueLimits {
  readonly maxBytes: number;
  readonly maxAgeSeconds: number;
}

/** A frame, and where the one behind it is. */
export interface Queued extends Frame {
  readonly end: Position;
}

/** Frames that may be sent together, and whether there is no room for more. */
export interface Batch {
  readonly frames: readonly Queued[];
  readonly isFull: boolean;
}

/** Samples that were dropped, by reason. */
export interface QueueDrops {
  /** There was no room. */
  full: number;
  /** They waited for too long. */
  expired: number;
  /** They could not be read any more, or not be written. */
  disk: number;
}

export class Queue {
  readonly dropped: QueueDrops = { full: 0, expired: 0, disk: 0 };
  /** What was sent before a restart, by host. */
  readonly marks: ReadonlyMap<string, Marks>;
  readonly #folder: string;
  readonly #limits: QueueLimits;
  /** The oldest first; the last is written to. */
  readonly #segments: Segment[];
  /** Of the first segment, what is done with. */
  #offset: number;
  #oldest: number | undefined;

  /** Goes on where an earlier process ended. Throws where the folder cannot be used. */
  constructor(folder: string, limits: QueueLimits) {
    const { segments, offset, next, marks, oldest }: Recovered = recover(folder, Date.now());
    this.#folder = folder;
    this.#limits = limits;
    this.marks = marks;
    this.#segments = [...segments];
    this.#offset = offset;
    this.#oldest = oldest;
    this.#begin(next, marks);
  }

  get pendingBytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, -this.#offset);
  }

  /** Epoch milliseconds since when something waits. */
  get oldest(): number | undefined {
    return this.pendingBytes > 0 ? this.#oldest : undefined;
  }

  /** Adds a poll. Throws where that is not possible. `marks` are those of all hosts, it included. */
  append({ host, parts, marks: own }: Taken, marks: Iterable<readonly [string, Marks]>): void {
    const now = Date.now();
    const samples = parts.reduce((sum, part) => sum + part.samples, 0);
    const before = parts.slice(0, -1).map((part) => frame(part, now));
    const last = frame(parts.at(-1) ?? EMPTY, now, { host, marks: own });
    const segment = this.#last();
    try {
      segment.append(Buffer.concat([...before, last]));
    } catch (error) {
      this.dropped.disk += samples;
      throw error;
    }
    if (this.pendingBytes === last.length) this.#oldest = now;
    segment.samples += samples;
    segment.newest = now;
    if (segment.bytes >= Math.min(MAX_SEGMENT_BYTES, this.#limits.maxBytes / 4))
      this.#begin(segment.number + 1, marks);
    while (this.pendingBytes > this.#limits.maxBytes && this.#segments.length > 1)
      this.#dropFirst("full");
  }

  /** What is to be sent next; `undefined`: there is nothing. */
  async peek(): Promise<Batch | undefined> {
    for (;;) {
      this.expire();
      const [first] = this.#segments;
      if (!first || this.pendingBytes === 0) return undefined;
      const offset = this.#offset;
      const frames = offset < first.bytes ? await this.#read(first, offset) : [];
      // Meanwhile there may have been no room for it any more.
      if (this.#segments[0] !== first) continue;
      if (frames.length === 0 && first === this.#last()) return undefined;
      if (frames.length === 0) {
        this.#dropFirst("disk");
        continue;
      }
      const due = Date.now() - this.#limits.maxAgeSeconds * 1000;
      const old = frames.filter(({ at }) => at < due);
      if (old.length === 0) {
        this.#oldest = frames[0]?.at;
        const isFull = (frames.at(-1)?.end.offset ?? 0) < first.bytes || first !== this.#last();
        return { frames, isFull };
      }
      this.dropped.expired += old.reduce((sum, { samples }) => sum + samples, 0);
      this.done(old);
    }
  }

  /** Is done with frames that were peeked; those that were dropped meanwhile are passed over. */
  done(frames: readonly Queued[]): void {
    const [first] = this.#segments;
    const end = frames.at(-1)?.end;
    if (end?.segment !== first?.number || !first || !end) return;
    first.samples -= frames.reduce((sum, { samples }) => sum + samples, 0);
    this.#offset = end.offset;
    this.#oldest = frames.at(-1)?.at;
    if (this.#offset >= first.bytes && first !== this.#last()) this.#removeFirst();
    this.#keepPosition();
  }

  /** Whether frames that were peeked are still to be sent. */
  has(frames: readonly Queued[]): boolean {
    this.expire();
    const due = Date.now() - this.#limits.maxAgeSeconds * 1000;
    const [first] = frames;
    return first?.end.segment === this.#segments[0]?.number && (first?.at ?? 0) >= due;
  }

  /** Drops what waited for too long. */
  expire(): void {
    const due = Date.now() - this.#limits.maxAgeSeconds * 1000;
    for (let [first] = this.#segments; first; [first] = this.#segments) {
      if (first === this.#last() || first.newest >= due) return;
      this.#dropFirst("expired");
    }
  }

  close(): void {
    this.#last().end();
  }

  async #read(segment: Segment, offset: number): Promise<readonly Queued[]> {
    let bytes = await readable(segment, offset, MAX_BATCH_BYTES);
    const length = frameLength(bytes, 0) ?? 0;
    if (length > bytes.length) bytes = await readable(segment, offset, length);
    const frames: Queued[] = [];
    let [at, samples] = [0, 0];
    for (let one = frameAt(bytes, 0); one; one = frameAt(bytes, at)) {
      if (frames.length > 0 && samples + one.samples > MAX_BATCH_SAMPLES) break;
      at += one.length;
      samples += one.samples;
      frames.push({ ...one, end: { segment: segment.number, offset: offset + at } });
    }
    return frames;
  }

  #begin(number: number, marks: Iterable<readonly [string, Marks]>): void {
    const segment = new Segment(this.#folder, number);
    writeMarks(this.#folder, number, marks);
    segment.begin();
    this.#segments.at(-1)?.end();
    this.#segments.push(segment);
  }

  #last(): Segment {
    const last = this.#segments.at(-1);
    if (!last) throw new Error("a queue without a segment");
    return last;
  }

  #dropFirst(reason: keyof QueueDrops): void {
    this.dropped[reason] += this.#segments[0]?.samples ?? 0;
    this.#removeFirst();
    this.#keepPosition();
  }

  #removeFirst(): void {
    this.#segments.shift()?.remove();
    this.#offset = 0;
  }

  #keepPosition(): void {
    const { number: segment } = this.#segments[0] ?? this.#last();
    writePosition(this.#folder, { segment, offset: this.#offset });
  }
}

/** Nothing, where somebody has taken the file away: then it counts as broken. */
const readable = (segment: Segment, offset: number, most: number): Promise<Buffer> =>
  segment.read(offset, most).catch(() => EMPTY.elements);

const EMPTY = { samples: 0, size: 0, elements: Buffer.alloc(0) } as const;
