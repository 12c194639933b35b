/** How often slots are reclaimed from peers that trickle, while others wait for one. */
const RECLAIM_MILLISECONDS = 100;

/** What all reports may hold together whose fetches gave their slot back half-way. */
const MAX_PARKED_BYTES = 64 * 1024 * 1024;

/** The same while one only takes the place of another, which has become longer meanwhile. */
const MAX_EXCHANGED_BYTES = 80 * 1024 * 1024;

/** A fetch as the slots see it. */
export interface Holder {
  /** What it keeps until it has a slot. */
  readonly parkedBytes: number;
  /** It has a slot now, until it is released. */
  granted(): void;
  /** Others wait: releases the slot if little came since it was last asked. */
  yield(): void;
}

/** Leave to read and process a report: `concurrency` at once, in the order in which it was asked for. */
export class Slots {
  readonly #concurrency: number;
  readonly #holders = new Set<Holder>();
  readonly #queue = new Set<Holder>();
  #reclaiming: NodeJS.Timeout | undefined;
  #parkedBytes = 0;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** Whether a slot that is asked for now is granted at once. */
  get free(): boolean {
    return this.#holders.size < this.#concurrency;
  }

  get busy(): number {
    return this.#holders.size;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Asks for a slot. */
  ask(holder: Holder): void {
    if (this.free) {
      this.#holders.add(holder);
      holder.granted();
      return;
    }
    this.#queue.add(holder);
    this.#reclaiming ??= setInterval(() => this.#reclaim(), RECLAIM_MILLISECONDS);
  }

  /** Takes back a slot, or the wish for one. */
  release(holder: Holder): void {
    this.#queue.delete(holder);
    if (!this.#holders.delete(holder)) return;
    const [next] = this.#queue;
    if (!next) return;
    this.#queue.delete(next);
    this.#holders.add(next);
    // What it does then may release others.
    queueMicrotask(() => {
      if (this.#holders.has(next)) next.granted();
    });
  }

  /** What whoever is next keeps until then. */
  get parkedByNext(): number {
    const [next] = this.#queue;
    return next?.parkedBytes ?? 0;
  }

  /**
   * Whether so many bytes may be kept without a slot; to be followed by `unpark`. `instead`: of so
   * many that are about to be unparked.
   */
  park(bytes: number, instead = 0): boolean {
    const most = instead > 0 ? MAX_EXCHANGED_BYTES : MAX_PARKED_BYTES;
    if (this.#parkedBytes + bytes - instead > most) return false;
    this.#parkedBytes += bytes;
    return true;
  }

  unpark(bytes: number): void {
    this.#parkedBytes -= bytes;
  }

  #reclaim(): void {
    if (this.#queue.size === 0) {
      clearInterval(this.#reclaiming);
      this.#reclaiming = undefined;
      return;
    }
    for (const holder of this.#holders) holder.yield();
  }
}
