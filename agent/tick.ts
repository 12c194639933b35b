/** The wall-clock tick: every host is cut at the same second, whenever it is polled. */

/** Without a poll for so long the tick is slow. */
const IDLE_AFTER_SECONDS = 600;
const IDLE_INTERVAL_SECONDS = 60;

/** The tick's seconds, by how long ago the last poll was. */
export const tickInterval = (intervalSeconds: number, unpolledSeconds: number): number =>
  unpolledSeconds < IDLE_AFTER_SECONDS
    ? intervalSeconds
    : Math.max(intervalSeconds, IDLE_INTERVAL_SECONDS);

/**
 * The next multiple of the interval after `now`, in epoch seconds. A timer that fires a little
 * early does not get the tick again that it was set for.
 */
export function nextTick(now: number, intervalSeconds: number, last: number): number {
  const next = (Math.floor(now / intervalSeconds) + 1) * intervalSeconds;
  return next === last ? next + intervalSeconds : next;
}

export interface TickerOptions {
  readonly intervalSeconds: number;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly act: () => void;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  readonly wait?: (milliseconds: number, act: () => void) => () => void;
}

/** Acts on every tick. */
export class Ticker {
  readonly #options: TickerOptions;
  #polledAt: number;
  #last = 0;
  #cancel: (() => void) | undefined;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#polledAt = options.now();
  }

  /** Seconds from tick to tick as things are. */
  get intervalSeconds(): number {
    const { intervalSeconds, now } = this.#options;
    return tickInterval(intervalSeconds, now() - this.#polledAt);
  }

  start(): void {
    this.#polledAt = this.#options.now();
    this.#sleep();
  }

  /** Somebody polled: the tick is not slow, or no longer. */
  polled(): void {
    const wasSlow = this.intervalSeconds > this.#options.intervalSeconds;
    this.#polledAt = this.#options.now();
    if (wasSlow) this.#sleep();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sleep(): void {
    const { now, wait = timer, act } = this.#options;
    this.stop();
    const due = nextTick(now(), this.intervalSeconds, this.#last);
    this.#cancel = wait((due - now()) * 1000, () => {
      this.#last = due;
      this.#sleep();
      act();
    });
  }
}

function timer(milliseconds: number, act: () => void): () => void {
  const timeout = setTimeout(act, milliseconds);
  return () => clearTimeout(timeout);
}
