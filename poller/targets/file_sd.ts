import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { PollSettings } from "../config.ts";
import { matches } from "../judge/glob.ts";
import { discovered, ListError, MAX_LIST_BYTES } from "./discovered.ts";
import type { Host } from "./host.ts";
import { listIn } from "./list_text.ts";

interface Seen {
  readonly stamp: string;
  /** As far as the file could ever be used. */
  readonly list: unknown;
  /** With its name. */
  readonly error?: string;
}

/** Hosts that files list, and why some of the files cannot be used. */
export interface Listed {
  readonly hosts: readonly Host[];
  readonly faults: readonly string[];
}

/**
 * Files with targets, JSON or YAML by their names, which may be changed at any time. A file that
 * cannot be used counts as it was when it last could; one that is gone has no hosts.
 */
export class FileTargets {
  readonly #patterns: readonly string[];
  #seen = new Map<string, Seen>();
  #listed: Listed | undefined;

  /** `patterns`: paths whose last part may hold `*` and `?`. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns;
  }

  /** Reads what has changed; the same as before where nothing has. */
  read(poll: PollSettings): Listed {
    const before = this.#seen;
    const paths = this.#patterns.flatMap(filesOf);
    this.#seen = new Map(paths.map((path) => [path, look(path, before.get(path), poll)]));
    const isSame =
      this.#seen.size === before.size &&
      [...this.#seen].every(([path, seen]) => before.get(path) === seen);
    if (!this.#listed || !isSame) this.#listed = this.#list(poll);
    return this.#listed;
  }

  #list(poll: PollSettings): Listed {
    return {
      hosts: [...this.#seen.values()].flatMap(({ list }) =>
        list === undefined ? [] : discovered(list, poll),
      ),
      faults: [...this.#seen.values()].flatMap(({ error }) => error ?? []),
    };
  }
}

function look(path: string, before: Seen | undefined, poll: PollSettings): Seen {
  let stamp = "";
  try {
    const { mtimeMs, size, ino, isFile } = describe(path);
    stamp = `${mtimeMs} ${size} ${ino}`;
    if (before?.stamp === stamp) return before;
    if (!isFile) throw new Error("is not a file");
    if (size > MAX_LIST_BYTES) throw new Error(`is larger than ${MAX_LIST_BYTES} bytes`);
    const text = readFileSync(path, "utf8");
    const list = listIn(text, path.endsWith(".json") ? "json" : "yaml");
    discovered(list, poll);
    return { stamp, list };
  } catch (caught) {
    const line = caught instanceof ListError ? caught.line : undefined;
    const place = line === undefined ? path : `${path}:${line}`;
    const error = `${place}: ${(caught as Error).message}`;
    const isKnown = before?.stamp === stamp && before.error === error;
    return isKnown ? before : { stamp, list: before?.list, error };
  }
}

function describe(path: string) {
  const found = statSync(path);
  return { mtimeMs: found.mtimeMs, size: found.size, ino: found.ino, isFile: found.isFile() };
}

/** The files that a pattern means: those that are there; one that is named in full, there or not. */
export function filesOf(pattern: string): string[] {
  const name = basename(pattern);
  if (!/[*?]/.test(name)) return [pattern];
  try {
    const all = readdirSync(dirname(pattern)).filter((file) => matches(file, name));
    return all.sort().map((file) => join(dirname(pattern), file));
  } catch {
    return [];
  }
}
