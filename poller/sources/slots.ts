import pLimit, { type LimitFunction } from "p-limit";

/** How often slots are reclaimed from peers that trickle, while others wait for one. */
const RECLAIM_MILLISECONDS = 100;

/** What all reports may hold together whose fetches gave their slot back half-way. */
const MAX_PARKED_BYTES = 64 * 1024 * 1024;

/** A fetch as the slots see it. */
export interface Holder {
  /** The slot is the holder's until it calls `release`. */
  granted(release: () => void): void;
  /** Others wait: gives the slot back if little came since it was last asked. */
  yield(): void;
}

/** Leave to read and process a report: `concurrency` at once, in the order in which it was asked for. */
export class Slots {
  readonly #limit: LimitFunction;
  readonly #holders = new Set<Holder>();
  #reclaiming: NodeJS.Timeout | undefined;
  #parkedBytes = 0;

  constructor(concurrency: number) {
    this.#limit = pLimit(concurrency);
  }

  /** Whether a slot that is asked for now is granted before anything else happens. */
  get free(): boolean {
    return this.#limit.activeCount < this.#limit.concurrency;
  }

  /** Asks for a slot; whoever no longer needs it when it comes gives it back at once. */
  ask(holder: Holder): void {
    if (!this.free) {
      this.#reclaiming ??= setInterval(() => this.#reclaim(), RECLAIM_MILLISECONDS);
    }
    void this.#limit(
      () =>
        new Promise<void>((done) => {
          this.#holders.add(holder);
          holder.granted(() => {
            this.#holders.delete(holder);
            done();
          });
        }),
    );
  }

  /** Whether so many bytes may be kept without a slot; to be followed by `unpark`. */
  park(bytes: number): boolean {
    if (this.#parkedBytes + bytes > MAX_PARKED_BYTES) return false;
    this.#parkedBytes += bytes;
    return true;
  }

  unpark(bytes: number): void {
    this.#parkedBytes -= bytes;
  }

  #reclaim(): void {
    if (this.#limit.pendingCount === 0) {
      clearInterval(this.#reclaiming);
      this.#reclaiming = undefined;
      return;
    }
    for (const holder of this.#holders) holder.yield();
  }
}
