import pLimit, { type LimitFunction } from "p-limit";
import type { Host } from "../targets/host.ts";

/** One in so many open connections may be to a host that kept us waiting last time. */
const SUSPECT_SHARE = 4;

/**
 * Leave to open a connection: `maxOpen` at once. Hosts that hung last time queue in a lane of their
 * own, so that they cannot take all of it from those that answer.
 */
export class Lanes {
  readonly #open: LimitFunction;
  readonly #suspects: LimitFunction;
  readonly #hung = new WeakSet<Host>();

  constructor(maxOpen: number) {
    this.#open = pLimit(maxOpen);
    this.#suspects = pLimit(Math.ceil(maxOpen / SUSPECT_SHARE));
  }

  /** Fetches that run. */
  get open(): number {
    return this.#open.activeCount;
  }

  /** Those that have to wait. */
  get waiting(): number {
    return this.#open.pendingCount + this.#suspects.pendingCount;
  }

  /** Runs `fetch` as soon as the host may be connected to. */
  enter<T>(host: Host, fetch: () => Promise<T>): Promise<T> {
    return this.#hung.has(host) ? this.#suspects(() => this.#open(fetch)) : this.#open(fetch);
  }

  /** What came of it: a host that hung is a suspect until it answers. */
  note(host: Host, hung: boolean): void {
    if (hung) this.#hung.add(host);
    else this.#hung.delete(host);
  }
}
