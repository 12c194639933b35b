import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext, type SecureContext } from "node:tls";
import type { TlsFiles } from "../targets/host.ts";
import { unreadable } from "./regular_file.ts";
import { Fault } from "./source.ts";

const LOOK_AGAIN_SECONDS = 10;

interface Kept {
  /** Milliseconds of the monotonic clock. */
  lookedAt: number;
  readonly stamp: string;
  readonly context: SecureContext;
}

/** What the poller shows and whom it trusts, as the files are now. */
export class Credentials {
  readonly #kept = new WeakMap<TlsFiles, Kept>();
  readonly #looking = new WeakMap<TlsFiles, Promise<SecureContext>>();

  /**
   * Made once for all hosts that share the files, anew once those have changed. While they do not fit
   * together, as between the two steps of a renewal, the former stay. Rejects with a Fault.
   */
  context(files: TlsFiles): Promise<SecureContext> {
    const kept = this.#kept.get(files);
    if (kept && performance.now() - kept.lookedAt < LOOK_AGAIN_SECONDS * 1000)
      return Promise.resolve(kept.context);
    const looking =
      this.#looking.get(files) ??
      this.#look(files, kept).finally(() => void this.#looking.delete(files));
    this.#looking.set(files, looking);
    return looking;
  }

  async #look(files: TlsFiles, kept: Kept | undefined): Promise<SecureContext> {
    const lookedAt = performance.now();
    try {
      const stamp = await stampOf(files);
      if (kept?.stamp === stamp) {
        kept.lookedAt = lookedAt;
        return kept.context;
      }
      const context = await read(files);
      this.#kept.set(files, { lookedAt, stamp, context });
      return context;
    } catch (error) {
      if (!kept) throw error;
      kept.lookedAt = lookedAt;
      return kept.context;
    }
  }
}

async function read({ ca, cert, key }: TlsFiles): Promise<SecureContext> {
  const [authority, certificate, secret] = await Promise.all([ca, cert, key].map(readPem));
  for (const [path, pem] of [[ca, authority] as const, [cert, certificate] as const])
    attempt(path, () => new X509Certificate(pem ?? ""));
  return attempt(`${cert} and ${key}`, () =>
    createSecureContext({ minVersion: "TLSv1.3", ca: authority, cert: certificate, key: secret }),
  );
}

const readPem = (path: string): Promise<Buffer> =>
  readFile(path).catch((error: unknown) => {
    throw new Fault("tls", `${path}: ${unreadable(error)}`, { cause: error });
  });

/** OpenSSL does not know of what it speaks. */
function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Fault("tls", `${what}: ${unreadable(error)}`, { cause: error });
  }
}

/** Changes whenever a file is written, replaced, or made readable. */
async function stampOf({ ca, cert, key }: TlsFiles): Promise<string> {
  const found = await Promise.all([ca, cert, key].map((path) => stat(path).catch(() => undefined)));
  return found.map((file) => (file ? `${file.ino} ${file.size} ${file.ctimeMs}` : "gone")).join();
}
