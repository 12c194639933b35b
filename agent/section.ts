/** What a section of the agent is, and the one door through which it sees its host. */

import type { Cached } from "../wire/header.ts";

/** Text under a header. Bytes travel as Latin-1 strings: one character is one byte, whatever it means. */
export interface Part {
  /** Code point for `:sep()`. */
  readonly separator?: number;
  readonly text: string;
  /** When it was made, where that is longer ago than its section was collected; of all parts alike. */
  readonly cached?: Cached;
  /** Why something is missing that the part can do without; for the account, not for the text. */
  readonly error?: string | undefined;
}

/** One part under the section's own header, or several, each under a header of its own. */
export type Body = string | readonly Part[];

export interface AgentSection {
  /** As on the wire. */
  readonly name: string;
  /** Code point for `:sep()` of a body that is a string. */
  readonly separator?: number;
  /**
   * Reads and lays out, without judging. `undefined`: this host has nothing of the kind, so the
   * section is left out; `""`: the section is there and empty. Throws what went wrong.
   */
  collect(system: System): Body | undefined | Promise<Body | undefined>;
}

/** Space and inodes of a mounted file system, in the units of statfs(2). */
export interface StatFs {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** What lstat(2) says of a file. */
export interface FileStat {
  readonly kind: "file" | "folder" | "other";
  /** Bytes that it takes up on its disk. */
  readonly diskBytes: number;
  /** Epoch seconds of its last change. */
  readonly mtime: number;
}

/** A file that belongs to somebody. */
export interface OwnedFile {
  readonly uid: string;
  readonly text: string;
}

export interface RunOptions {
  /** Seconds the command may take; 10 unless told. */
  readonly deadlineSeconds?: number;
  /** Exit codes that are an answer and no failure; 0 unless told. */
  readonly accept?: readonly number[];
}

export interface MemoOptions<T> {
  /** What the value was made from: while it is the same, the value holds. */
  readonly of?: string;
  /** For how long the value holds at most, or a function of it. */
  readonly seconds: number | ((value: T) => number);
}

/**
 * Files, commands and time of a host. Paths are absolute and taken below the root that the system
 * was made with. All text is Latin-1.
 */
export interface System {
  /** Epoch seconds. */
  now(): number;
  /**
   * A whole file, read on a descriptor that is kept; `undefined` where there is none. With `maxBytes`
   * as `readOnce`. For /proc and /sys.
   */
  read(path: string, maxBytes?: number): string | undefined;
  /**
   * A whole file, opened, read and closed; `undefined` where there is none or it is gone meanwhile.
   * With `maxBytes` (64 KiB at most) what one read gives: all of a file that the kernel makes in one
   * piece, as it does those of a process.
   */
  readOnce(path: string, maxBytes?: number): string | undefined;
  /**
   * The first bytes, 64 KiB at most, of a file that others may put in place, and whose it is;
   * `undefined` for a link, a pipe and whatever else is no regular file. Never waits for a writer.
   */
  readOwned(path: string, maxBytes: number): OwnedFile | undefined;
  /** A table of any length, handed over in chunks; the event loop gets its turn in between and at the end. */
  readLong(path: string, take: (chunk: string) => void): Promise<boolean>;
  /** Where a symbolic link points. */
  readLink(path: string): string | undefined;
  /** What a file is; links are not followed. For file systems that cannot block. */
  stat(path: string): FileStat | undefined;
  /** Names in a directory, sorted; none where there is no such directory. */
  list(path: string): readonly string[];
  /** Does a thing for each item; the event loop gets its turn every 32 items. */
  eachInTurns<T>(items: Iterable<T>, act: (item: T) => void): Promise<void>;
  /** Whether a path is a regular file, links followed, that may be run. */
  isExecutable(path: string): boolean;
  /** Size of a file system; only for types that cannot block, see df_v2. */
  statfs(path: string): StatFs | undefined;
  /**
   * What a command writes to stdout, under a deadline; `undefined` where it is not installed.
   * Throws when it fails, takes too long, or an earlier run of it cannot be killed.
   */
  run(command: readonly [string, ...string[]], options?: RunOptions): Promise<string | undefined>;
  /**
   * What a service on a unix socket answers until it closes, 5 s unless told; `undefined` where there
   * is no such socket. Throws when it is gone, takes too long or says too much.
   */
  ask(socket: string, question: string, deadlineSeconds?: number): Promise<string | undefined>;
  /** The value made last time under this key as long as it holds, else a new one. A failure is not kept. */
  memo<T>(key: string, options: MemoOptions<T>, make: () => T | Promise<T>): Promise<T>;
}
