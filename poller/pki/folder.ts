import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { keyPem } from "./certificates.ts";
import { PkiError } from "./names.ts";

const OWNER_ONLY = 0o700;
const OTHERS = 0o077;
const KEY_MODE = 0o600;
const CERTIFICATE_MODE = 0o644;

/** A folder of certificates and keys: `NAME.pem` and `NAME.key`, the latter for the owner alone. */
export class PkiFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  readonly certificatePath = (name: string): string => join(this.path, `${name}.pem`);
  readonly keyPath = (name: string): string => join(this.path, `${name}.key`);

  /** Makes the folder unless it is there. Throws PkiError where others may look into it. */
  async open(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await mkdir(this.path, { mode: OWNER_ONLY }).catch(unless("EEXIST"));
    if (((await stat(this.path)).mode & OTHERS) !== 0)
      throw new PkiError(`others may look into ${this.path}: run chmod 700 ${this.path} first`);
  }

  /** The names of all certificates, in their order; none where there is no such folder. */
  async names(): Promise<string[]> {
    const files = (await readdir(this.path).catch(unless("ENOENT"))) ?? [];
    return files.flatMap((file) => /^([^.].*)\.pem$/.exec(file)?.[1] ?? []).sort();
  }

  /** `undefined` where there is none; throws PkiError for what is no certificate. */
  async certificate(name: string): Promise<X509Certificate | undefined> {
    const path = this.certificatePath(name);
    const text = await readFile(path).catch(unless("ENOENT"));
    return text && readable(path, () => new X509Certificate(text));
  }

  /** `undefined` where there is none; throws PkiError for what is no key. */
  async key(name: string): Promise<KeyObject | undefined> {
    const path = this.keyPath(name);
    const text = await readFile(path).catch(unless("ENOENT"));
    return text && readable(path, () => createPrivateKey(text));
  }

  /**
   * Puts a key and its certificate in their places, the key first: whoever reads in between, or
   * after a crash, sees two that do not belong together. Throws PkiError where one is there that
   * must not be replaced.
   */
  async write(
    name: string,
    { key, certificate }: { readonly key?: KeyObject; readonly certificate: string },
    { replace }: { readonly replace: boolean },
  ): Promise<void> {
    const path = this.certificatePath(name);
    if (!replace && (await stat(path).catch(unless("ENOENT")))) throw isThere(path);
    if (key) await place(this.keyPath(name), keyPem(key), { mode: KEY_MODE, replace });
    await place(path, certificate, { mode: CERTIFICATE_MODE, replace });
  }
}

/** A whole file or none: written aside, then named. Hard links refuse to replace, renaming does not. */
async function place(
  path: string,
  text: string,
  { mode, replace }: { readonly mode: number; readonly replace: boolean },
): Promise<void> {
  const aside = join(dirname(path), `.${randomBytes(8).toString("hex")}`);
  try {
    await writeFile(aside, text, { mode, flag: "wx", flush: true });
    await (replace ? rename(aside, path) : link(aside, path));
  } catch (error) {
    throw codeOf(error) === "EEXIST" ? isThere(path) : error;
  } finally {
    await rm(aside, { force: true });
  }
}

const isThere = (path: string): PkiError =>
  new PkiError(`${path} is there already; --force replaces it`);

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new PkiError(`${path} cannot be read`, { cause: error });
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** `undefined` for a failure of this kind; all others are passed on. */
const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if (codeOf(error) !== code) throw error;
  };
