import { ADDRCONFIG, type LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import pLimit, { type LimitFunction } from "p-limit";
import { Fault } from "./source.ts";

/** Asks for all addresses of a name; rejects with an error that has a `code`. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

/** Each holds a thread of libuv's pool of four, for half a minute where no name server answers. */
const AT_ONCE = 2;

/** Of them, for names that were not found last time. */
const SUSPECTS_AT_ONCE = 1;

/** For how long an answer is taken as it is. */
const FRESH_SECONDS = 60;

/** For how long it is used while nobody gives a newer one. */
const STALE_SECONDS = 600;

/** For how long it is not asked again after a failure. */
const FAILURE_SECONDS = 5;

/** For how long one waits while no name at all is answered. */
const SILENCE_SECONDS = 5;

/** For how long one waits in any case. */
const PATIENCE_SECONDS = 60;

/** Names whose answers are kept, and names that may be asked for together. */
const MAX_NAMES = 20_000;

/** Of one name. */
const MAX_ADDRESSES = 8;

interface Known {
  /** The one that was reached last comes first. */
  readonly addresses: readonly LookupAddress[];
  readonly failure?: Error;
  /** When it is to be asked again. */
  readonly freshUntil: number;
  /** When the addresses are of no use any more. */
  readonly staleUntil: number;
}

interface Asked {
  readonly answer: Promise<readonly LookupAddress[]>;
  /** Resolves when it is no longer queueing. */
  readonly begun: Promise<void>;
}

/** Whose time stands still while it is held. */
export interface Asker {
  hold(): void;
  resume(): void;
}

export interface LookupOptions {
  readonly resolve?: Resolve;
  /** Seconds of a monotonic clock. */
  readonly now?: () => number;
}

export interface LookupState {
  /** Questions that were put to the resolver since the start. */
  readonly asked: number;
  /** Of them, those without an answer. */
  readonly failed: number;
  /** Names of which something is known. */
  readonly names: number;
  /** Names that are being asked for, those included that queue. */
  readonly asking: number;
}

/**
 * The addresses of names, as getaddrinfo(3) has them. What is old is used while it is asked for
 * anew, and for as long as the name server does not answer; a name that does not exist is gone.
 */
export class Lookup {
  readonly #resolve: Resolve;
  readonly #now: () => number;
  readonly #all: LimitFunction = pLimit(AT_ONCE);
  readonly #suspects: LimitFunction = pLimit(SUSPECTS_AT_ONCE);
  /** What was learnt longest ago comes first. */
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Asked>();
  #heardAt = 0;
  #questions = 0;
  #failures = 0;

  constructor({ resolve = system, now = () => performance.now() / 1000 }: LookupOptions = {}) {
    this.#resolve = resolve;
    this.#now = now;
  }

  get state(): LookupState {
    return {
      asked: this.#questions,
      failed: this.#failures,
      names: this.#known.size,
      asking: this.#asked.size,
    };
  }

  /**
   * All addresses of a name, at least one. While it queues to be asked for, the asker is held. Rejects
   * with a Fault, or with what the resolver says.
   */
  async find(name: string, asker: Asker): Promise<readonly LookupAddress[]> {
    const now = this.#now();
    const known = this.#known.get(name);
    if (known && now < known.staleUntil) {
      // Whatever comes of it is kept.
      if (now >= known.freshUntil) this.#ask(name)?.answer.catch(() => undefined);
      return known.addresses;
    }
    if (known?.failure && now < known.freshUntil) throw known.failure;
    const asked = this.#ask(name);
    if (!asked) throw new Fault("dns", "too many names are being looked up");
    asker.hold();
    void asked.begun.then(() => asker.resume());
    return await this.#patiently(asked.answer);
  }

  /** Takes note that a name's host was reached there. */
  reached(name: string, at: () => string | undefined): void {
    const known = this.#known.get(name);
    if (!known || known.addresses.length < 2) return;
    this.#known.set(name, { ...known, addresses: withFirst(at(), known.addresses) });
  }

  #ask(name: string): Asked | undefined {
    const before = this.#asked.get(name);
    if (before || this.#asked.size >= MAX_NAMES) return before;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const ask = (): Promise<readonly LookupAddress[]> =>
      this.#all(() => {
        begin();
        return this.#answer(name);
      });
    const isSuspect = this.#known.get(name)?.failure !== undefined;
    const answer = (isSuspect ? this.#suspects(ask) : ask()).finally(() =>
      this.#asked.delete(name),
    );
    const asked = { answer, begun };
    this.#asked.set(name, asked);
    return asked;
  }

  async #answer(name: string): Promise<readonly LookupAddress[]> {
    this.#questions++;
    try {
      const addresses = await this.#resolve(name);
      const first = this.#known.get(name)?.addresses[0]?.address;
      const now = this.#now();
      const answer = withFirst(first, addresses.slice(0, MAX_ADDRESSES));
      const until = { freshUntil: now + FRESH_SECONDS, staleUntil: now + STALE_SECONDS };
      this.#learn(name, { addresses: answer, ...until });
      return answer;
    } catch (error) {
      this.#failures++;
      const failure = error as NodeJS.ErrnoException;
      const known = failure.code === "ENOTFOUND" ? undefined : this.#known.get(name);
      const { addresses = [], staleUntil = 0 } = known ?? {};
      const freshUntil = this.#now() + FAILURE_SECONDS;
      this.#learn(name, { addresses, staleUntil, failure, freshUntil });
      throw failure;
    } finally {
      this.#heardAt = this.#now();
    }
  }

  #learn(name: string, known: Known): void {
    this.#known.delete(name);
    this.#known.set(name, known);
    const oldest = this.#now() - STALE_SECONDS;
    for (const [other, { freshUntil }] of this.#known) {
      if (this.#known.size <= MAX_NAMES && freshUntil > oldest) break;
      this.#known.delete(other);
    }
  }

  /** An answer, unless nobody has been given one for a while. */
  #patiently<T>(answer: Promise<T>): Promise<T> {
    const since = this.#now();
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout;
      const check = (): void => {
        const heardAt = Math.max(since, this.#heardAt);
        const until = Math.min(heardAt + SILENCE_SECONDS, since + PATIENCE_SECONDS);
        const left = until - this.#now();
        if (left > 0) timer = setTimeout(check, Math.ceil(left * 1000));
        else reject(new Fault("dns", "the name server does not answer in time"));
      };
      check();
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

const system: Resolve = (name) => lookup(name, { all: true, hints: ADDRCONFIG, order: "verbatim" });

/** The same addresses, that one before all others if it is among them. */
function withFirst(
  wanted: string | undefined,
  addresses: readonly LookupAddress[],
): readonly LookupAddress[] {
  const first = addresses.filter(({ address }) => address === wanted);
  return [...first, ...addresses.filter(({ address }) => address !== wanted)];
}
