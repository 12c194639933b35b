/** The certificates that the agent shows, as they lie on disk now. */
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";

/** Files in PEM form. */
export interface TlsFiles {
  /** Of each: the certificate, and those that lead to its root. */
  readonly certs: readonly string[];
  /** In the order of `certs`. */
  readonly keys: readonly string[];
  /** Whom clients must be certified by. */
  readonly ca: string;
}

/** A certificate with its key. */
export interface Identity {
  /** In PEM form, with whom clients must be certified by. */
  readonly pem: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

export const PROTOCOL = { minVersion: "TLSv1.3" } as const;

const LOOK_AGAIN_SECONDS = 10;

export class Identities {
  readonly #files: TlsFiles;
  #all: readonly Identity[];
  #fault: string | undefined;
  /** Milliseconds of the monotonic clock. */
  #looked = performance.now();
  #stamp: string;

  /** Throws when the files cannot be read or do not go together. */
  constructor(files: TlsFiles) {
    this.#files = files;
    this.#stamp = stampOf(files);
    this.#all = identitiesIn(files);
  }

  /** As many as there are files of them; others than before once those have changed. */
  get all(): readonly Identity[] {
    this.#refresh();
    return this.#all;
  }

  /** Why the files as they are now cannot be used; those that were there before still are. */
  get fault(): string | undefined {
    this.#refresh();
    return this.#fault;
  }

  /** The one that is for the name, else the first. */
  for(name: string): Identity | undefined {
    const fits = ({ certificate }: Identity): boolean =>
      certificate.checkHost(name) !== undefined || commonName(certificate) === name;
    return this.#all.find(fits) ?? this.#all[0];
  }

  #refresh(): void {
    const now = performance.now();
    if (now - this.#looked < LOOK_AGAIN_SECONDS * 1000) return;
    this.#looked = now;
    const stamp = stampOf(this.#files);
    if (stamp === this.#stamp) return;
    try {
      this.#all = identitiesIn(this.#files);
      this.#stamp = stamp;
      this.#fault = undefined;
    } catch (error) {
      this.#fault = `the TLS files have changed and cannot be used: ${messageOf(error)}`;
    }
  }
}

/** Empty where it has none. */
export const commonName = ({ subject }: X509Certificate): string =>
  /^CN=(.*)$/m.exec(subject)?.[1] ?? "";

function identitiesIn({ certs, keys, ca }: TlsFiles): readonly Identity[] {
  const authority = readFileSync(ca);
  return certs.map((path, index) => identity(path, keys[index] ?? "", authority));
}

function identity(certPath: string, keyPath: string, ca: Buffer): Identity {
  const pem = { cert: readFileSync(certPath), key: readFileSync(keyPath), ca };
  try {
    const context = createSecureContext({ ...PROTOCOL, ...pem });
    return { pem, certificate: new X509Certificate(pem.cert), context };
  } catch (error) {
    // OpenSSL does not know of what it speaks.
    throw new Error(`${certPath} and ${keyPath}: ${messageOf(error)}`, { cause: error });
  }
}

/** Changes whenever a file is written, replaced, or made readable. */
const stampOf = ({ certs, keys, ca }: TlsFiles): string =>
  [...certs, ...keys, ca]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? `${found.ino} ${found.size} ${found.ctimeMs}` : "gone";
    })
    .join();

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.trim() : String(error);
