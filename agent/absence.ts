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

/** Tells what is absent from what is broken, and remembers what was withheld. */
export class Absence {
  /** Paths that were there and not for us to look at; `*` stands for numbers. */
  readonly denied = new Set<string>();

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
}
