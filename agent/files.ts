/**
 * Files of a host below a root. Text and paths are Latin-1 strings, one character a byte, so that
 * nothing the kernel says is changed on its way.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
  type PathLike,
} from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { Absence } from "./absence.ts";
import type { FileStat, OwnedFile, StatFs } from "./section.ts";

/** Items between two turns of the event loop. */
const PER_TURN = 32;
/** Reading for longer than this, it has its turn. */
const MAX_BUSY_MS = 0.5;
/** Descriptors kept open at most; beyond that a file is opened for each read. */
const MAX_KEPT = 512;
/** A kept descriptor that was not read for so long gives its place to another. */
const UNUSED_SECONDS = 120;
const CHUNK_BYTES = 64 * 1024;
/**
 * The kernel gives a table by the page (4 KiB or more), as many rows as fit, so a read of less is
 * the last. To read on for an empty one would make it walk all of /proc/net/tcp again.
 */
const LAST_READ_BYTES = 3584;
/** No file is read beyond this. */
const MAX_BYTES = 16 * 1024 * 1024;

interface Kept {
  readonly fd: number;
  usedAt: number;
}

export interface FilesOptions {
  /** Everything is below this folder; "/" for the host itself. */
  readonly root: string;
  readonly maxKept?: number;
}

export class Files {
  readonly #root: string;
  readonly #maxKept: number;
  /** By path, the one unused for longest first. */
  readonly #kept = new Map<string, Kept>();
  #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  readonly #absence = new Absence();

  constructor({ root, maxKept = MAX_KEPT }: FilesOptions) {
    this.#root = Buffer.from(root.replace(/\/+$/, "")).toString("latin1");
    this.#maxKept = maxKept;
  }

  /** Paths, 100 at most, that were there and not for us to look at; `*` stands for numbers. */
  get denied(): readonly string[] {
    return [...this.#absence.denied];
  }

  /** By a descriptor that stays open: a whole file, or with `maxBytes` as `readOnce`. */
  read(path: string, maxBytes?: number): string | undefined {
    const kept = this.#kept.get(path);
    if (!kept) return this.#readAndKeep(path, maxBytes);
    const text = this.#absence.or(path, () => this.#readPart(kept.fd, 0, maxBytes));
    this.#kept.delete(path);
    if (text === undefined) {
      // The device or process behind it went; another may have come under the same name.
      closeSync(kept.fd);
      return this.#readAndKeep(path, maxBytes);
    }
    kept.usedAt = performance.now();
    this.#kept.set(path, kept);
    return text;
  }

  /** With `maxBytes`, 64 KiB at most, in one read and no more: for each of many processes it counts. */
  readOnce(path: string, maxBytes?: number): string | undefined {
    const read = (): string => {
      const fd = openSync(this.#at(path), "r");
      try {
        return this.#readPart(fd, null, maxBytes);
      } finally {
        closeSync(fd);
      }
    };
    return maxBytes === undefined
      ? this.#absence.ifThere(path, this.#at(path), read)
      : this.#absence.or(path, read);
  }

  /** Looked at once it is open, so that nobody can put something else in its place in between. */
  readOwned(path: string, maxBytes: number): OwnedFile | undefined {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    return this.#absence.or(path, () => {
      const fd = openSync(this.#at(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const about = fstatSync(fd);
        if (!about.isFile()) return undefined;
        return { uid: String(about.uid), text: this.#readStart(fd, null, maxBytes) };
      } finally {
        closeSync(fd);
      }
    });
  }

  async readLong(path: string, take: (chunk: string) => void): Promise<boolean> {
    const fd = this.#absence.or(path, () => openSync(this.#at(path), "r"));
    if (fd === undefined) return false;
    let turned = performance.now();
    try {
      for (;;) {
        const length = this.#absence.or(path, () =>
          readSync(fd, this.#buffer, 0, CHUNK_BYTES, null),
        );
        if (length === undefined) return false;
        if (length > 0) take(this.#buffer.toString("latin1", 0, length));
        const isLast = length < LAST_READ_BYTES;
        if (isLast || performance.now() - turned > MAX_BUSY_MS) {
          await turn();
          turned = performance.now();
        }
        if (isLast) return true;
      }
    } finally {
      closeSync(fd);
    }
  }

  readLink(path: string): string | undefined {
    return this.#absence.or(path, () => readlinkSync(this.#at(path), "latin1"));
  }

  stat(path: string): FileStat | undefined {
    return this.#absence.or(path, () => {
      const about = lstatSync(this.#at(path));
      const kind = about.isFile() ? "file" : about.isDirectory() ? "folder" : "other";
      return { kind, diskBytes: about.blocks * 512, mtime: about.mtimeMs / 1000 };
    });
  }

  list(path: string): readonly string[] {
    const folder = this.#at(path);
    const read = (): string[] => readdirSync(folder, "latin1").sort();
    return this.#absence.ifThere(path, folder, read) ?? [];
  }

  /** A regular file, links followed, that may be run. */
  isExecutable(path: string): boolean {
    const file = this.#at(path);
    const runs = this.#absence.or(path, () => {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    });
    return runs === true;
  }

  statfs(path: string): StatFs | undefined {
    return this.#absence.or(path, () => statfsSync(this.#at(path)));
  }

  close(): void {
    for (const { fd } of this.#kept.values()) closeSync(fd);
    this.#kept.clear();
  }

  #readAndKeep(path: string, maxBytes: number | undefined): string | undefined {
    if (!this.#hasRoom()) return this.readOnce(path, maxBytes);
    const file = this.#at(path);
    return this.#absence.ifThere(path, file, () => {
      const fd = openSync(file, "r");
      let read = false;
      try {
        const text = this.#readPart(fd, 0, maxBytes);
        read = true;
        return text;
      } finally {
        if (read) this.#kept.set(path, { fd, usedAt: performance.now() });
        else closeSync(fd);
      }
    });
  }

  #hasRoom(): boolean {
    if (this.#kept.size < this.#maxKept) return true;
    for (const [path, { fd, usedAt }] of this.#kept) {
      if (performance.now() - usedAt < UNUSED_SECONDS * 1000) return false;
      closeSync(fd);
      this.#kept.delete(path);
      return true;
    }
    return false;
  }

  #readPart(fd: number, start: 0 | null, maxBytes: number | undefined): string {
    return maxBytes === undefined
      ? this.#readWhole(fd, start)
      : this.#readStart(fd, start, maxBytes);
  }

  /** In one read, 64 KiB at most. */
  #readStart(fd: number, start: 0 | null, maxBytes: number): string {
    const length = readSync(fd, this.#buffer, 0, Math.min(maxBytes, CHUNK_BYTES), start);
    return this.#buffer.toString("latin1", 0, length);
  }

  /** Reads until there is nothing more: a pseudo-file's size is not known, and it comes by the page. */
  #readWhole(fd: number, start: 0 | null): string {
    let length = 0;
    for (;;) {
      const position = start === null ? null : length;
      const more = readSync(fd, this.#buffer, length, this.#buffer.length - length, position);
      if (more === 0) return this.#buffer.toString("latin1", 0, length);
      length += more;
      if (length === this.#buffer.length) this.#grow();
    }
  }

  #grow(): void {
    if (this.#buffer.length >= MAX_BYTES) throw new Error(`a file of more than ${MAX_BYTES} bytes`);
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }

  #at(path: string): PathLike {
    const full = this.#root + path;
    return BEYOND_ASCII.test(full) ? Buffer.from(full, "latin1") : full;
  }
}

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Gives the event loop a turn after every 32nd item. */
export async function eachInTurns<T>(items: Iterable<T>, act: (item: T) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    act(item);
    if (++done % PER_TURN === 0) await turn();
  }
}
