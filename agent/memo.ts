import type { MemoOptions } from "./section.ts";

/** Keys kept at most; the oldest goes. */
const MAX_KEYS = 256;
/** Ticks wander by some milliseconds; a minute is to mean every sixth of them all the same. */
const SLACK_SECONDS = 0.5;

interface Made {
  readonly of: string | undefined;
  /** Epoch seconds. */
  readonly at: number;
  until: number;
  readonly value: Promise<unknown>;
}

/** Values that hold for a while, by key; who asks while one is being made waits for the same. */
export class Memos {
  readonly #made = new Map<string, Made>();
  readonly #now: () => number;

  /** `now` gives epoch seconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get<T>(key: string, { of, seconds }: MemoOptions<T>, make: () => T | Promise<T>): Promise<T> {
    const now = this.#now();
    const last = this.#made.get(key);
    // A clock that was set back makes nothing hold for longer.
    if (last && last.of === of && now >= last.at && now < last.until - SLACK_SECONDS)
      return last.value as Promise<T>;
    const value = Promise.resolve().then(make);
    const made: Made = { of, at: now, until: Infinity, value };
    this.#made.delete(key);
    this.#made.set(key, made);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= MAX_KEYS) break;
      this.#made.delete(oldest);
    }
    value.then(
      (result) => {
        made.until = now + (typeof seconds === "number" ? seconds : seconds(result));
      },
      () => {
        if (this.#made.get(key) === made) this.#made.delete(key);
      },
    );
    return value;
  }
}
