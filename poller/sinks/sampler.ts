/** What is to be sent of each poll. */
import type { Block } from "../render.ts";
import type { Snapshot } from "../snapshots.ts";
import { type Encoder, type Part } from "./encoder.ts";
import { countSeries, NONE, piecesOf, seriesOf, vanished } from "./pieces.ts";
import { afterAll, endedAt, type Marks, milliseconds, NEVER, ReportTimes } from "./times.ts";

/** Samples of one host, and what is then known to be sent of it; `undefined`: it is gone. */
export interface Taken {
  readonly host: string;
  readonly parts: readonly Part[];
  readonly marks: Marks | undefined;
}

/** Why samples are not sent. */
export interface Skipped {
  /** Older than what was sent already: a clock was put back. */
  outOfOrder: number;
  /** Older than receivers take them. */
  tooOld: number;
}

interface Known {
  readonly marks: Marks;
  /** The one before, which is kept by others as well; absent after a restart. */
  readonly snapshot: Snapshot | undefined;
}

/** Makes samples of snapshots: of what is new in each of them, and of what ended with it. */
export class Sampler {
  readonly skipped: Skipped = { outOfOrder: 0, tooOld: 0 };
  readonly #encoder: Encoder;
  readonly #hosts: Map<string, Known>;

  /** `marks`: what was sent before a restart, by host. */
  constructor(encoder: Encoder, marks: ReadonlyMap<string, Marks>) {
    this.#encoder = encoder;
    this.#hosts = new Map(
      Array.from(marks, ([host, one]) => [host, { marks: one, snapshot: undefined }]),
    );
  }

  take(snapshot: Snapshot): Taken {
    const host = snapshot.host.name;
    const known = this.#hosts.get(host) ?? { marks: NEVER, snapshot: undefined };
    const poll = this.#poll(snapshot, known);
    const marks = this.#report(snapshot, known, poll);
    this.#hosts.set(host, { marks, snapshot });
    return { host, parts: this.#encoder.finish(), marks };
  }

  /** Ends all series of a host that is polled no more. `now` is epoch milliseconds. */
  gone(host: string, now: number): Taken | undefined {
    const known = this.#hosts.get(host);
    if (!known) return undefined;
    this.#hosts.delete(host);
    const at = afterAll(known.marks, now);
    this.#endAll(known.snapshot?.blocks, at);
    this.#endAll(known.snapshot?.outcome?.blocks, at);
    return { host, parts: this.#encoder.finish(), marks: undefined };
  }

  /** What was sent last, by host. */
  *marks(): Generator<readonly [host: string, marks: Marks], void> {
    for (const [host, { marks }] of this.#hosts) yield [host, marks];
  }

  /** What the poller says of the poll. Gives the time of what was sent of it last. */
  #poll({ at, blocks }: Snapshot, { marks, snapshot }: Known): number {
    const now = milliseconds(at);
    const before = piecesOf(snapshot?.blocks);
    const pieces = piecesOf(blocks);
    for (const family of new Set([...pieces.keys(), ...before.keys()])) {
      const piece = pieces.get(family) ?? NONE;
      if (now <= marks.poll) {
        this.skipped.outOfOrder += countSeries(piece);
        continue;
      }
      this.#encoder.add(piece, now);
      this.#encoder.end(vanished(before.get(family) ?? NONE, piece), now);
    }
    return Math.max(now, marks.poll);
  }

  #report({ at, outcome }: Snapshot, { marks, snapshot }: Known, poll: number): Marks {
    const before = snapshot?.outcome;
    if (outcome === before) return { ...marks, poll };
    if (!outcome) {
      const end = afterAll(marks, milliseconds(at));
      this.#endAll(before?.blocks, end);
      return endedAt({ ...marks, poll }, end);
    }
    const times = new ReportTimes(marks, outcome);
    const pieces = piecesOf(outcome.blocks);
    const olds = piecesOf(before?.blocks);
    for (const family of new Set([...pieces.keys(), ...olds.keys()])) {
      const piece = pieces.get(family) ?? NONE;
      const old = olds.get(family) ?? NONE;
      const there = { before: !before || old.length > 0, now: piece.length > 0 };
      const time = times.of(family, there);
      if (time === "old") this.skipped.tooOld += countSeries(piece);
      else if (time !== undefined) this.#encoder.add(piece, time);
      const ended = vanished(old, piece);
      if (ended.length === 0) continue;
      this.#encoder.end(ended, typeof time === "number" ? time : times.end(family));
    }
    return times.marks(poll);
  }

  #endAll(blocks: readonly Block[] | undefined, at: number): void {
    for (const piece of piecesOf(blocks).values()) this.#encoder.end(seriesOf(piece), at);
  }
}
