/**
 * The time that a host has. It stands still while held; `expired` is called once it is used up.
 * One timer of Node's per deadline: those of equal length share a list, which costs next to nothing.
 */
export class Deadline {
  readonly #milliseconds: number;
  readonly #expired: () => void;
  readonly #startedAt = performance.now();
  /** None once it has run out while held. */
  #timer: NodeJS.Timeout | undefined;
  #heldAt: number | undefined;
  #held = 0;
  #stopped = false;

  constructor(seconds: number, expired: () => void) {
    this.#milliseconds = seconds * 1000;
    this.#expired = expired;
    this.#arm(this.#milliseconds);
  }

  /** Milliseconds for which it was held. */
  get held(): number {
    return this.#held + (this.#heldAt === undefined ? 0 : performance.now() - this.#heldAt);
  }

  hold(): void {
    this.#heldAt ??= performance.now();
  }

  resume(): void {
    if (this.#heldAt === undefined) return;
    this.#held = this.held;
    this.#heldAt = undefined;
    if (!this.#stopped && this.#timer === undefined) this.#arm(this.#left());
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #left(): number {
    return this.#milliseconds + this.held - (performance.now() - this.#startedAt);
  }

  #arm(milliseconds: number): void {
    // If we are late ourselves, what the host said in time is still to be read: one turn more.
    this.#timer = setTimeout(() => setImmediate(() => this.#check()), milliseconds);
  }

  #check(): void {
    if (this.#stopped) return;
    const left = this.#left();
    if (this.#heldAt !== undefined) this.#timer = undefined;
    else if (left >= 1) this.#arm(left);
    else this.#expired();
  }
}
