import type { Deadline } from "./deadline.ts";
import type { Holder, Slots } from "./slots.ts";

/** A fetch's claim to a slot. While it waits for one, its host's deadline stands still. */
export class Seat implements Holder {
  readonly #slots: Slots;
  readonly #deadline: Deadline;
  readonly #onYield: () => void;
  #state: "none" | "asked" | "held" | "closed" = "none";
  #granted: (() => void) | undefined;
  #parkedBytes = 0;

  /** `onYield`: others wait; the slot is to be left if little came since it was last asked. */
  constructor(slots: Slots, deadline: Deadline, onYield: () => void) {
    this.#slots = slots;
    this.#deadline = deadline;
    this.#onYield = onYield;
  }

  get held(): boolean {
    return this.#state === "held";
  }

  /** Whether there is neither a slot nor one asked for. */
  get empty(): boolean {
    return this.#state === "none";
  }

  /** Asks for a slot; `granted` is called with it. Gives whether that was at once. */
  ask(granted: () => void): boolean {
    this.#state = "asked";
    this.#granted = granted;
    if (!this.#slots.free) this.#deadline.hold();
    this.#slots.ask(this);
    return this.held;
  }

  /** Gives the slot back, if so many bytes may be kept without one. */
  leave(bytes: number): boolean {
    if (this.#state !== "held" || !this.#slots.park(bytes)) return false;
    this.#parkedBytes = bytes;
    this.#state = "none";
    this.#slots.release(this);
    return true;
  }

  /** Wants no slot any more; one that is held is kept. */
  waive(): void {
    if (this.#state !== "held") this.close();
    this.#unpark();
  }

  /** Gives back what is held. */
  close(): void {
    if (this.#state !== "closed" && this.#state !== "none") this.#slots.release(this);
    this.#state = "closed";
    this.#unpark();
  }

  granted(): void {
    this.#state = "held";
    this.#unpark();
    this.#deadline.resume();
    this.#granted?.();
  }

  yield(): void {
    this.#onYield();
  }

  #unpark(): void {
    if (this.#parkedBytes === 0) return;
    this.#slots.unpark(this.#parkedBytes);
    this.#parkedBytes = 0;
  }
}
