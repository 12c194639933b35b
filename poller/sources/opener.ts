import {
  isAuthenticated,
  saltOf,
  SealError,
  unseal,
  type CryptId,
  type Key,
} from "../../wire/crypt.ts";
import { FrameError, TLS_UPGRADE, unframe, type FrameFault } from "../../wire/tls.ts";
import type { Host } from "../targets/host.ts";
import { beginning, greeting, innerGreeting } from "./greeting.ts";
import { KeyRing } from "./key_ring.ts";
import { Secrets } from "./secrets.ts";
import { Fault, type Reason } from "./source.ts";
import type { Turns } from "./turns.ts";

/** Does something that may have to queue, and says when its turn has come. */
export type Errand<T> = (begun: () => void) => Promise<T>;

export interface Circumstances {
  /** Whether the bytes came within TLS. */
  readonly secured?: boolean;
  /** Runs an errand while the fetch keeps nobody waiting. */
  readonly aside?: <T>(errand: Errand<T>) => Promise<T>;
}

const FRAME_REASONS: Readonly<Record<FrameFault, Reason>> = {
  unknown: "protocol",
  "cut off": "truncated",
  damaged: "protocol",
  "too large": "too_large",
};

const NOTHING_WITHIN =
  "closed without a word after the handshake (does the agent accept our certificate?)";

/** Makes plain text of what came: out of the frame of TLS, out of its encryption. */
export class Opener {
  readonly #secrets = new Secrets();
  readonly #keys = new KeyRing();
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Rejects with a Fault. */
  async open(
    bytes: Buffer,
    host: Host,
    { secured = false, aside = (errand) => errand(() => undefined) }: Circumstances = {},
  ): Promise<Buffer> {
    const text = secured ? await unframed(bytes, host) : bytes;
    const found = secured ? innerGreeting(text, host) : greeting(text, host);
    if (found === "plain") return text;
    if (found === TLS_UPGRADE)
      throw new Fault("protocol", "TLS (16), where nobody can shake hands");
    const lock = { id: found, passphrase: await this.#passphrase(host), salt: salt(found, text) };
    const key =
      this.#keys.known(host.name, lock) ??
      (await aside((begun) => this.#keys.derive(host.name, lock, begun)));
    return this.#turns.take(() => unsealed(found, key, text));
  }

  async #passphrase({ secret }: Host): Promise<string> {
    if (!secret) throw new Fault("secret", "no secret is configured");
    return await this.#secrets.passphrase(secret);
  }
}

async function unframed(bytes: Buffer, { maxBytes }: Host): Promise<Buffer> {
  if (bytes.length === 0) throw new Fault("tls", NOTHING_WITHIN);
  try {
    const text = await unframe(bytes, { maxBytes });
    if (text.length === 0) throw new Fault("empty", "the report within TLS is empty");
    return text;
  } catch (error) {
    if (error instanceof FrameError) throw new Fault(FRAME_REASONS[error.fault], error.message);
    throw error;
  }
}

function salt(id: CryptId, sealed: Buffer): Buffer {
  try {
    return saltOf(id, sealed);
  } catch (error) {
    throw error instanceof SealError ? new Fault("protocol", error.message) : error;
  }
}

function unsealed(id: CryptId, key: Key, sealed: Buffer): Buffer {
  try {
    const text = unseal(id, key, sealed);
    // Only some encryptions can tell by themselves whether the key was right.
    if (text.toString("latin1", 0, 2) !== "<<")
      throw isAuthenticated(id)
        ? new Fault("protocol", `not an agent's report, it begins with ${beginning(text)}`)
        : new SealError("wrong secret, or changed on the way");
    return text;
  } catch (error) {
    throw error instanceof SealError ? new Fault("secret", error.message) : error;
  }
}
