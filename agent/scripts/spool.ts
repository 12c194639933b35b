/**
 * Texts that others have put aside for the report: files with sections of their own. A name that
 * begins with a number is that of a file which is passed over when it is older, in seconds.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { printedText } from "./printed.ts";

/** Of the folder; what is beyond is a mistake. */
const MAX_FILES = 500;
/** Of one file. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Of all files. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Whoever may write to the folder must not have the agent read what only the agent may, nor wait. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A link; a socket; a file that is gone by now. */
const PASSED_OVER: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENOENT"]);

export interface Spooled {
  /** Latin-1; empty or ending in a newline. */
  readonly text: string;
  /** File, or `spool` for the folder -> why it, or a part of it, is not there. */
  readonly faults: ReadonlyMap<string, string>;
}

/**
 * The regular files of a folder in name order, none of the hidden ones; a folder that is not there is
 * empty. `now` is epoch seconds.
 */
export function readSpool(folder: string, now: number): Spooled {
  const faults = new Map<string, string>();
  const names = attempt("spool", faults, () => readdirSync(folder).sort()) ?? [];
  const wanted = names.filter((name) => !name.startsWith("."));
  if (wanted.length > MAX_FILES)
    faults.set("spool", `only the first ${MAX_FILES} of its files are read`);
  let room = MAX_BYTES;
  const texts = wanted.slice(0, MAX_FILES).map((name) => {
    const place = `spool/${name}`;
    const bytes = attempt(place, faults, () => readFresh(join(folder, name), maxAge(name), now));
    if (!bytes) return "";
    if (bytes.length > Math.min(room, MAX_FILE_BYTES)) {
      faults.set(
        place,
        bytes.length > room ? tooMuch("spool", MAX_BYTES) : tooMuch("it", MAX_FILE_BYTES),
      );
      return "";
    }
    room -= bytes.length;
    return printedText("plugins", bytes);
  });
  return { text: texts.join(""), faults };
}

const tooMuch = (what: string, bytes: number): string =>
  `is left out: ${what} holds more than ${bytes} bytes`;

/** `600_backup` is of use for ten minutes. */
const maxAge = (name: string): number => Number(/^\d+/.exec(name)?.[0] ?? Infinity);

function readFresh(path: string, maxAgeSeconds: number, now: number): Buffer | undefined {
  const fd = openSync(path, FLAGS);
  try {
    const about = fstatSync(fd);
    if (!about.isFile() || Math.floor(now) - Math.floor(about.mtimeMs / 1000) > maxAgeSeconds)
      return undefined;
    return readUpTo(fd, Math.min(about.size, MAX_FILE_BYTES + 1));
  } finally {
    closeSync(fd);
  }
}

function readUpTo(fd: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  for (let more; (more = readSync(fd, buffer, filled, length - filled, null)) > 0;) filled += more;
  return buffer.subarray(0, filled);
}

/** A value, or why there is none; what is merely not there is no fault. */
function attempt<T>(place: string, faults: Map<string, string>, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!PASSED_OVER.has(code)) faults.set(place, message);
    return undefined;
  }
}
