import { Schedule } from "./schedule.ts";
import type { Host } from "./targets/host.ts";

/** The longest sleep: how soon a jump of the wall clock is noticed. */
const MAX_SLEEP_MILLISECONDS = 5000;

/** Turns of so many milliseconds begin together: to wake for each of them costs as much as a poll. */
const TOGETHER_MILLISECONDS = 100;

/** Polls that are started before the event loop gets its turn. */
const STARTS_PER_TURN = 32;

/** The wall clock and a timer. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `wake` after so many milliseconds, unless the function it gives is called before. */
  after(milliseconds: number, wake: () => void): () => void;
}

const wallClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, wake) {
    const timer = setTimeout(wake, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Polls one host; settles once nothing of it goes on. */
export type Poll = (host: Host, signal: AbortSignal) => Promise<void>;

export interface RoundsOptions {
  /** Told of a poll that rejected without having been stopped: a defect, and no matter of the host. */
  readonly onDefect: (host: Host, error: unknown) => void;
  readonly clock?: Clock;
}

interface Running {
  readonly controller: AbortController;
  readonly end: Promise<void>;
}

/** Polls every host when started and from then on at its turns, each never twice at a time. */
export class Rounds {
  #hosts: readonly Host[];
  #schedule: Schedule;
  readonly #poll: Poll;
  readonly #onDefect: RoundsOptions["onDefect"];
  readonly #clock: Clock;

  /** Whose turn came up to then has been seen to. */
  #seenUntil = Infinity;
  #skipped = 0;
  #due: Host[] = [];
  readonly #running = new Map<Host, Running>();
  #cancelTimer: (() => void) | undefined;
  #turn: NodeJS.Immediate | undefined;

  constructor(hosts: readonly Host[], poll: Poll, { onDefect, clock = wallClock }: RoundsOptions) {
    this.#hosts = hosts;
    this.#schedule = new Schedule(hosts);
    this.#poll = poll;
    this.#onDefect = onDefect;
    this.#clock = clock;
  }

  /** Turns that hosts missed because their last poll was still going on. */
  get skipped(): number {
    return this.#skipped;
  }

  start(): void {
    this.#seenUntil = this.#clock.now();
    this.#enqueue(this.#hosts);
    this.#sleep();
  }

  /** Polls these from now on: who is new at once, who is no longer there not even to the end. */
  update(hosts: readonly Host[]): void {
    // Or else who comes would have a turn that was before.
    this.#look();
    const before = new Set(this.#hosts);
    const now = new Set(hosts);
    this.#hosts = hosts;
    this.#schedule = new Schedule(hosts);
    this.#due = this.#due.filter((host) => now.has(host));
    for (const [host, { controller }] of this.#running) if (!now.has(host)) controller.abort();
    this.#enqueue(hosts.filter((host) => !before.has(host)));
    this.#cancelTimer?.();
    this.#sleep();
  }

  /** Starts nothing more, stops what is going on, and resolves once it has ended. */
  async stop(): Promise<void> {
    this.#cancelTimer?.();
    clearImmediate(this.#turn);
    this.#due = [];
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort();
    await Promise.all(running.map(({ end }) => end));
  }

  #sleep(): void {
    const next = this.#schedule.next(this.#seenUntil) / TOGETHER_MILLISECONDS;
    const milliseconds = Math.ceil(next) * TOGETHER_MILLISECONDS - this.#clock.now();
    const bounded = Math.min(Math.max(milliseconds, 0), MAX_SLEEP_MILLISECONDS);
    this.#cancelTimer = this.#clock.after(bounded, () => this.#wake());
  }

  #wake(): void {
    this.#look();
    this.#sleep();
  }

  /** A clock that was put forward costs each host one poll at most, one that was put back none. */
  #look(): void {
    const now = this.#clock.now();
    this.#enqueue(this.#schedule.due(this.#seenUntil, now));
    this.#seenUntil = now;
  }

  #enqueue(hosts: readonly Host[]): void {
    this.#due.push(...hosts);
    this.#turn ??= setImmediate(() => this.#startSome());
  }

  #startSome(): void {
    for (const host of this.#due.splice(0, STARTS_PER_TURN)) this.#start(host);
    this.#turn = this.#due.length > 0 ? setImmediate(() => this.#startSome()) : undefined;
  }

  #start(host: Host): void {
    if (this.#running.has(host)) {
      this.#skipped++;
      return;
    }
    const controller = new AbortController();
    const end = this.#run(host, controller.signal).then(() => void this.#running.delete(host));
    this.#running.set(host, { controller, end });
  }

  async #run(host: Host, signal: AbortSignal): Promise<void> {
    try {
      await this.#poll(host, signal);
    } catch (error) {
      if (!signal.aborted) this.#onDefect(host, error);
    }
  }
}
