/** Encrypts reports with a passphrase, as the wire's symmetric ids say. */
import { randomBytes } from "node:crypto";
import { deriveKey, newSalt, seal, type CryptId, type Key } from "../wire/crypt.ts";

/** Deriving a key costs half a second of CPU under id 05, so one key serves the reports of an hour. */
const RENEW_SECONDS = 3600;

/** Two cipher blocks and more of noise. */
const NONCE_BYTES = 24;

interface Salted {
  readonly key: Key;
  readonly salt: Buffer;
  /** Milliseconds of the monotonic clock. */
  readonly since: number;
}

export class Sealer {
  readonly #id: CryptId;
  readonly #passphrase: string;
  #salted: Salted;
  #renewing = false;

  private constructor(id: CryptId, passphrase: string, salted: Salted) {
    this.#id = id;
    this.#passphrase = passphrase;
    this.#salted = salted;
  }

  static async create(id: CryptId, passphrase: string): Promise<Sealer> {
    return new Sealer(id, passphrase, await salted(id, passphrase));
  }

  /**
   * The report under the key of the hour. The key's initialisation vector is always the same, so
   * the text starts with a line of noise, which readers take for the end of a section: without it
   * one could see how far two reports are alike.
   */
  seal(report: Buffer): Buffer {
    void this.#renew();
    const { key, salt } = this.#salted;
    const noise = Buffer.from(`<<<:${randomBytes(NONCE_BYTES).toString("hex")}>>>\n`);
    return seal(this.#id, key, salt, Buffer.concat([noise, report]));
  }

  async #renew(): Promise<void> {
    if (this.#renewing || performance.now() - this.#salted.since < RENEW_SECONDS * 1000) return;
    this.#renewing = true;
    this.#salted = await salted(this.#id, this.#passphrase);
    this.#renewing = false;
  }
}

async function salted(id: CryptId, passphrase: string): Promise<Salted> {
  const salt = newSalt(id);
  return { key: await deriveKey(id, passphrase, salt), salt, since: performance.now() };
}
