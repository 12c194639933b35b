import { existsSync, type PathLike } from "node:fs";

/** What open(2) and read(2) say where a thing is not for us. */
const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

/** What they say where a thing is not there, no longer there, or not for us. */
const ABSENT: ReadonlySet<string> = new Set([
  ...DENIED,
  "ENOENT",
  "ENOTDIR",
  "ENODEV",
  "ENXIO",
  "ESRCH",
  "EINVAL", // /sys/class/net/*/carrier of an interface that is down
  "ENODATA", // the temperature of a radio that is switched off
  "EAGAIN",
  "ELOOP",
  "EOPNOTSUPP",
  "ENOTSUP",
]);

/** Paths remembered at most. */
const MAX_DENIED = 100;
const MAX_MISSING = 256;

/** Tells what is absent from what is broken, and remembers what was withheld. */
export class Absence {
  /** Paths that were there and not for us to look at; `*` stands for numbers. */
  readonly denied = new Set<string>();
  /** Where nothing was last time. */
  readonly #missing = new Set<string>();

  /** What is read at the path, or `undefined` where there is nothing for us. */
  or<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (DENIED.has(code) && this.denied.size < MAX_DENIED)
        this.denied.add(path.replace(/\/\d+(?=\/|$)/g, "/*"));
      if (ABSENT.has(code)) return undefined;
      throw error;
    }
  }

  /** As `or`, of a file or folder, links followed: to ask first for what was absent costs less than the error. */
  ifThere<T>(path: string, place: PathLike, read: () => T): T | undefined {
    if (this.#missing.has(path)) {
      if (!existsSync(place)) return undefined;
      this.#missing.delete(path);
    }
    const found = this.or(path, read);
    if (found === undefined && this.#missing.size < MAX_MISSING) this.#missing.add(path);
    return found;
  }
}
