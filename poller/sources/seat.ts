import type { Deadline } from "./deadline.ts";
import type { Holder, Slots } from "./slots.ts";

/** A longer report is read among the long ones, so that those of most hosts need not wait for it. */
const LONG_BYTES = 1024 * 1024;

/** Bytes that have to come from one look of the slots to the next, so that a slot is kept. */
const PACE = { short: 2 * 1024, long: 128 * 1024 };

/** What there are seats of. */
export interface AllSlots {
  readonly slots: Slots;
  /** For reports that turn out to be long. */
  readonly longSlots: Slots;
}

/** A fetch's claim to a slot. While it waits for one, its host's deadline stands still. */
export class Seat implements Holder {
  readonly #all: AllSlots;
  #slots: Slots;
  readonly #deadline: Deadline;
  readonly #onYield: () => void;
  #state: "none" | "asked" | "held" | "closed" = "none";
  #granted: (() => void) | undefined;
  #parkedBytes = 0;

  /** `onYield`: others wait; the slot is to be left if little came since it was last asked. */
  constructor(all: AllSlots, deadline: Deadline, onYield: () => void) {
    this.#all = all;
    this.#slots = all.slots;
    this.#deadline = deadline;
    this.#onYield = onYield;
  }

  get parkedBytes(): number {
    return this.#parkedBytes;
  }

  get held(): boolean {
    return this.#state === "held";
  }

  /** Whether there is neither a slot nor one asked for. */
  get empty(): boolean {
    return this.#state === "none";
  }

  /** Whether it is among the right ones for so many bytes. */
  suits(bytes: number): boolean {
    return bytes < LONG_BYTES || this.#isLong;
  }

  /** Whether there is a slot, and the right one for so many bytes. */
  holds(bytes: number): boolean {
    return this.held && this.suits(bytes);
  }

  /** Whether so many bytes since the slots last looked are enough to keep it while others wait. */
  keepsPace(bytes: number): boolean {
    return bytes >= (this.#isLong ? PACE.long : PACE.short);
  }

  /** Asks for a slot; `granted` is called with it. Gives whether that was at once. */
  ask(granted: () => void): boolean {
    this.#state = "asked";
    this.#granted = granted;
    if (!this.#slots.free) this.#deadline.hold();
    this.#slots.ask(this);
    return this.held;
  }

  /**
   * As `ask`, for a slot among the long ones instead of that which it has. Where there is no room to
   * wait for it, it goes on where it is: a slot that is kept for waiting would be nobody's.
   */
  moveOn(bytes: number, granted: () => void): boolean {
    const { longSlots } = this.#all;
    if (longSlots.free) this.#slots.release(this);
    else if (!this.leave(bytes)) return true;
    this.#slots = longSlots;
    return this.ask(granted);
  }

  /** Gives the slot back, if so many bytes may be kept without one. */
  leave(bytes: number): boolean {
    if (this.#state !== "held") return false;
    if (!this.#all.slots.park(bytes, this.#slots.parkedByNext)) return false;
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

  get #isLong(): boolean {
    return this.#slots === this.#all.longSlots;
  }

  #unpark(): void {
    if (this.#parkedBytes === 0) return;
    this.#all.slots.unpark(this.#parkedBytes);
    this.#parkedBytes = 0;
  }
}
