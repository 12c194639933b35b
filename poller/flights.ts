import type { Snapshot } from "./snapshots.ts";
import type { Host } from "./targets/host.ts";

/** Polls one host; what it gives is about the host itself. Rejects only when `signal` aborts. */
export type PollOne = (host: Host, signal: AbortSignal) => Promise<Snapshot>;

interface Flight {
  readonly controller: AbortController;
  readonly end: Promise<Snapshot>;
  waiting: number;
}

/** Polls of which each host has one at a time: whoever wants one joins that which is under way. */
export class Flights {
  readonly #poll: PollOne;
  readonly #stopped = new AbortController();
  /** By the names of hosts. */
  readonly #running = new Map<string, Flight>();

  constructor(poll: PollOne) {
    this.#poll = poll;
  }

  /**
   * What the poll gives that is under way, else one that begins now. Rejects when `signal` aborts; a
   * poll for which nobody waits any more is stopped. Hosts of one name are one host.
   */
  async poll(host: Host, signal: AbortSignal): Promise<Snapshot> {
    for (let other = this.#running.get(host.name); other?.controller.signal.aborted;) {
      await other.end.catch(() => undefined);
      other = this.#running.get(host.name);
    }
    signal.throwIfAborted();
    this.#stopped.signal.throwIfAborted();
    const flight = this.#running.get(host.name) ?? this.#start(host);
    flight.waiting++;
    try {
      return await unless(signal, flight.end);
    } finally {
      flight.waiting--;
      const isOver = this.#running.get(host.name) !== flight;
      if (flight.waiting === 0 && !isOver) flight.controller.abort();
    }
  }

  /** Starts nothing more, stops what is going on, and resolves once it has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort();
    await Promise.allSettled(running.map(({ end }) => end));
  }

  #start(host: Host): Flight {
    const controller = new AbortController();
    const end = this.#poll(host, controller.signal).finally(() => this.#running.delete(host.name));
    const flight = { controller, end, waiting: 0 };
    this.#running.set(host.name, flight);
    return flight;
  }
}

/** What a promise gives; rejects at once when `signal` aborts before. */
function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
