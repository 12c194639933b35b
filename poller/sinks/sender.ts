/** Takes what is in a queue to its receiver, in order, one request at a time. */
import { setTimeout as sleep } from "node:timers/promises";
import { bodyOf } from "./encoder.ts";
import type { Queue, Queued } from "./queue.ts";
import type { Answer, Post } from "./request.ts";

/** How long samples wait for others to be sent with. */
const GATHER_MILLISECONDS = 1000;

const FIRST_DELAY_MILLISECONDS = 30;
const LAST_DELAY_MILLISECONDS = 30_000;

/** Requests that are spent on finding what is wrong with one batch. */
const MAX_PORTIONS = 64;

/** Samples and requests since the start. */
export interface Sent {
  samples: number;
  /** Samples that the receiver refused. */
  failed: number;
  /** Requests that were made again. */
  retries: number;
}

export interface SenderEvents {
  /** It cannot be reached or will not listen now; told once until it does. */
  readonly onFailing: (reason: string) => void;
  readonly onRecovered: () => void;
  readonly onRefused: (reason: string, samples: number) => void;
  /** It is not known any more what was sent. */
  readonly onDefect: (error: unknown) => void;
}

export class Sender {
  readonly sent: Sent = { samples: 0, failed: 0, retries: 0 };
  readonly #queue: Queue;
  readonly #post: Post;
  readonly #events: SenderEvents;
  /** No more samples will come: nothing is waited for. */
  readonly #closing = new AbortController();
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;
  /** Ends a wait for samples. */
  #wake: (() => void) | undefined;
  #hasMore = true;
  #isFailing = false;

  constructor(queue: Queue, post: Post, events: SenderEvents) {
    this.#queue = queue;
    this.#post = post;
    this.#events = events;
    this.#end = this.#run();
  }

  /** There is something to be sent. */
  notify(): void {
    this.#hasMore = true;
    this.#wake?.();
  }

  /** Sends what there is, for so long at most, and resolves when nothing goes on. */
  async close(milliseconds: number): Promise<void> {
    this.#closing.abort();
    this.#wake?.();
    const timer = setTimeout(() => this.#stop.abort(), milliseconds);
    await this.#end;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted)
      try {
        this.#hasMore = false;
        const batch = await this.#queue.peek();
        const isLast = this.#closing.signal.aborted;
        if (!batch && isLast) return;
        if (!batch) await this.#something();
        else {
          const wait = batch.isFull || isLast ? 0 : untilGathered(batch.frames);
          if (wait > 0) await pause(wait, this.#closing.signal);
          else await this.#deliver(batch.frames);
        }
      } catch (error) {
        this.#events.onDefect(error);
        await pause(GATHER_MILLISECONDS, this.#stop.signal);
      }
  }

  async #something(): Promise<void> {
    if (this.#hasMore || this.#closing.signal.aborted) return;
    await new Promise<void>((done) => (this.#wake = done));
    this.#wake = undefined;
  }

  /** Sends frames; those that are refused together once more by halves, so that few are lost. */
  async #deliver(batch: readonly Queued[]): Promise<void> {
    const portions = [batch];
    let tries = 0;
    for (let frames = portions.shift(); frames; frames = portions.shift()) {
      const answer = await this.#persist(frames);
      if (!answer) return;
      tries++;
      const samples = frames.reduce((sum, one) => sum + one.samples, 0);
      if (answer.kind === "taken") {
        this.sent.samples += samples;
        this.#queue.done(frames);
      } else if (answer.inPart && frames.length > 1 && tries < MAX_PORTIONS) {
        const half = Math.ceil(frames.length / 2);
        portions.unshift(frames.slice(0, half), frames.slice(half));
      } else {
        this.sent.failed += samples;
        this.#queue.done(frames);
        this.#events.onRefused(answer.reason, samples);
      }
    }
  }

  /** Sends until there is an answer that holds; `undefined` where there is no use in it any more. */
  async #persist(
    frames: readonly Queued[],
  ): Promise<Exclude<Answer, { kind: "later" }> | undefined> {
    if (frames.every(({ samples }) => samples === 0)) return { kind: "taken" };
    const body = bodyOf(frames);
    for (
      let delay = FIRST_DELAY_MILLISECONDS;
      ;
      delay = Math.min(delay * 2, LAST_DELAY_MILLISECONDS)
    ) {
      const answer = await this.#post(body, this.#stop.signal);
      if (answer.kind !== "later") {
        if (this.#isFailing) this.#events.onRecovered();
        this.#isFailing = false;
        return answer;
      }
      // It waits on disk as well.
      if (this.#closing.signal.aborted) this.#stop.abort();
      if (this.#stop.signal.aborted) return undefined;
      if (!this.#isFailing) this.#events.onFailing(answer.reason);
      this.#isFailing = true;
      const jittered = delay * (0.5 + Math.random() / 2);
      await pause(Math.max(jittered, answer.seconds * 1000), this.#closing.signal);
      if (!this.#queue.has(frames)) return undefined;
      this.sent.retries++;
    }
  }
}

/** Milliseconds for which the first frame may wait for others. */
function untilGathered([first]: readonly Queued[]): number {
  const age = Date.now() - (first?.at ?? 0);
  return age < 0 ? 0 : GATHER_MILLISECONDS - age;
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);
