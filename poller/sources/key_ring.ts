import pLimit from "p-limit";
import { deriveKey, type CryptId, type Key } from "../../wire/crypt.ts";

/**
 * Derivations at once. They run on libuv's pool of four threads, half a second each under id 05, and
 * names must go on being looked up there and reports being inflated.
 */
const AT_ONCE = 2;

/** Hosts whose last key is kept. */
const MAX_HOSTS = 16_384;

/** What a key is made of. */
export interface Lock {
  readonly id: CryptId;
  readonly passphrase: string;
  readonly salt: Buffer;
}

interface Kept extends Lock {
  readonly pending: Promise<Key>;
  key: Key | undefined;
}

/** Keys by host: an agent that keeps its salt costs one derivation, not one per poll. */
export class KeyRing {
  readonly #limit = pLimit(AT_ONCE);
  /** By the name of the host, the one used longest ago first. */
  readonly #kept = new Map<string, Kept>();

  /** The key of a lock that this host had last time. */
  known(host: string, lock: Lock): Key | undefined {
    return this.#find(host, lock)?.key;
  }

  /** Makes the key, off the event loop; `begun` is called when it has queued long enough. */
  derive(host: string, lock: Lock, begun: () => void): Promise<Key> {
    const { id, passphrase } = lock;
    const same = this.#find(host, lock);
    if (same) {
      begun();
      return same.pending;
    }
    // A copy: a few bytes must not keep a whole report alive.
    const salt = Buffer.from(lock.salt);
    const pending = this.#limit(() => {
      begun();
      return deriveKey(id, passphrase, salt);
    });
    const kept: Kept = { id, passphrase, salt, pending, key: undefined };
    this.#keep(host, kept);
    return pending.then((key) => (kept.key = key));
  }

  #find(host: string, { id, passphrase, salt }: Lock): Kept | undefined {
    const kept = this.#kept.get(host);
    if (kept?.id !== id || kept.passphrase !== passphrase || !kept.salt.equals(salt))
      return undefined;
    this.#keep(host, kept);
    return kept;
  }

  #keep(host: string, kept: Kept): void {
    this.#kept.delete(host);
    this.#kept.set(host, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_HOSTS) break;
      this.#kept.delete(oldest);
    }
  }
}
