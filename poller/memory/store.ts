/** What the poller keeps over restarts: baselines, and sections that are to outlive their report. */
import { createHash, hash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import type { Known } from "../judge/baseline.ts";

export interface Store {
  /** What was found of a host when it was first seen or last accepted. */
  known(host: string): Known | undefined;
  /** Tells that from what was found at other times; absent: nothing can be told now. */
  stamp(host: string): string | undefined;
  keepKnown(host: string, known: Known): void;
  forgetKnown(host: string): void;
  /** Sections, as text with their headers; in bytes that are not to be changed. */
  sections(host: string): Buffer | undefined;
  /** Empty: there are none any more. */
  keepSections(host: string, text: Buffer): void;
  /** The last good list of targets from a server, as JSON. */
  targets(url: string): string | undefined;
  keepTargets(url: string, json: string): void;
  /** Resolves when all is on disk. */
  close(): Promise<void>;
}

/** What the store is called in its folder. */
export const STORE_FILE = "store.mdb";

/** Where an LMDB file says that it is one, and how, in the byte order of most machines. */
const MAGIC = { at: 24, bytes: Buffer.from("dec0efbe", "hex") } as const;

/** What is no longer as this version writes it is as if it were not there. Each poll asks: no schema. */
function isKnown(value: unknown): value is Known {
  if (!isObject(value)) return false;
  const { at, sections, services, compared, accepted = [], isGuest = false } = value;
  return (
    typeof at === "number" &&
    [sections, services, accepted].every(areTexts) &&
    isObject(compared) &&
    Object.values(compared).every((one) => isObject(one) && areTexts(Object.values(one))) &&
    typeof isGuest === "boolean"
  );
}

/** A baseline as it was kept; those of earlier versions had all in LMDB's own form. */
function readable(value: unknown): unknown {
  if (!isObject(value) || typeof value["compared"] !== "string") return value;
  try {
    return { at: value["at"], ...value, compared: JSON.parse(value["compared"]) as unknown };
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** Where it is unless told: systemd's folder for it, else the user's. What is empty says nothing. */
export const stateDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  said(env["STATE_DIRECTORY"]?.split(":")[0]) ??
  join(said(env["XDG_STATE_HOME"]) ?? join(homedir(), ".local", "state"), "roundsman-poller");

const said = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** Keeps nothing once the process ends. */
export function forgetful(): Store {
  const all = new Map<string, Known>();
  const texts = new Map<string, Buffer>();
  const lists = new Map<string, string>();
  return {
    known: (host) => all.get(host),
    stamp: () => undefined,
    keepKnown: (host, known) => void all.set(host, known),
    forgetKnown: (host) => void all.delete(host),
    sections: (host) => texts.get(host),
    keepSections(host, text) {
      if (text.length === 0) texts.delete(host);
      else texts.set(host, text);
    },
    targets: (url) => lists.get(url),
    keepTargets: (url, json) => void lists.set(url, json),
    close: () => Promise.resolve(),
  };
}

/**
 * Opens the store of a folder, which is made where it is not there; several processes may have it
 * open. Each write is whole or not there at all, and is read at once by who wrote it, by others once
 * it is on disk. `onFault` hears of those that fail. Throws where the folder cannot be used.
 */
export function openStore(folder: string, onFault: (error: Error) => void): Store {
  makeFolder(resolve(folder));
  const file = join(folder, STORE_FILE);
  // LMDB trusts a file that is there, and takes the process with it.
  if (!isStore(file)) throw new Error(`${file} is no store; move it away`);
  const root = open({ path: file, maxDbs: 4 });
  return new DiskStore(root, onFault);
}

class DiskStore implements Store {
  readonly #root: RootDatabase;
  readonly #baselines: Database<unknown, string>;
  /** The same as bytes. */
  readonly #raw: Database<Buffer, string>;
  readonly #persisted: Database<Buffer, string>;
  readonly #targets: Database<string, string>;
  readonly #onFault: (error: Error) => void;
  /** What is written and cannot be read yet; `undefined`: it is removed. */
  readonly #newKnown = new Map<string, Known | undefined>();
  readonly #newSections = new Map<string, Buffer | undefined>();

  constructor(root: RootDatabase, onFault: (error: Error) => void) {
    this.#root = root;
    this.#baselines = root.openDB({ name: "baselines" });
    this.#raw = root.openDB({ name: "baselines", encoding: "binary" });
    this.#persisted = root.openDB({ name: "persisted", encoding: "binary" });
    this.#targets = root.openDB({ name: "targets", encoding: "string" });
    this.#onFault = onFault;
  }

  known(host: string): Known | undefined {
    if (this.#newKnown.has(host)) return this.#newKnown.get(host);
    const found = readable(this.#read(this.#baselines, host));
    return isKnown(found) ? found : undefined;
  }

  stamp(host: string): string | undefined {
    if (this.#newKnown.has(host)) return undefined;
    const bytes = this.#read(this.#raw, host);
    return bytes && hash("sha1", bytes, "base64");
  }

  keepKnown(host: string, known: Known): void {
    // As JSON: LMDB's own form gives `__proto__`, which an item may be called, another name.
    const compared = JSON.stringify(known.compared);
    this.#write(this.#baselines, this.#newKnown, host, known, { ...known, compared });
  }

  forgetKnown(host: string): void {
    this.#write(this.#baselines, this.#newKnown, host, undefined);
  }

  sections(host: string): Buffer | undefined {
    if (this.#newSections.has(host)) return this.#newSections.get(host);
    return this.#read(this.#persisted, host);
  }

  keepSections(host: string, text: Buffer): void {
    const kept = text.length === 0 ? undefined : text;
    this.#write(this.#persisted, this.#newSections, host, kept);
  }

  targets(url: string): string | undefined {
    return this.#read(this.#targets, keyOf(url));
  }

  keepTargets(url: string, json: string): void {
    this.#targets.put(keyOf(url), json).catch((error: unknown) => this.#onFault(error as Error));
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  /** What cannot be read is as if it were not there: it will be written anew. */
  #read<Value>(database: Database<Value, string>, host: string): Value | undefined {
    try {
      return database.get(host);
    } catch (error) {
      this.#onFault(error as Error);
      return undefined;
    }
  }

  #write<Value>(
    database: Database<unknown, string>,
    unread: Map<string, Value | undefined>,
    host: string,
    value: Value | undefined,
    written: unknown = value,
  ): void {
    unread.set(host, value);
    const write = value === undefined ? database.remove(host) : database.put(host, written);
    write
      .catch((error: unknown) => this.#onFault(error as Error))
      .finally(() => {
        if (unread.get(host) === value) unread.delete(host);
      });
  }
}

/** Node's own way to make those above too never ends where there can be none, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** A key has a bound, a URL has none. */
const keyOf = (url: string): string => createHash("sha256").update(url).digest("hex");

/** Whether a file is what LMDB writes, or not there, or empty. Throws where it cannot be read. */
function isStore(file: string): boolean {
  const start = Buffer.alloc(MAGIC.at + MAGIC.bytes.length);
  try {
    const descriptor = openSync(file, "r");
    const length = readSync(descriptor, start);
    closeSync(descriptor);
    const magic = start.subarray(MAGIC.at);
    return length === 0 || magic.equals(MAGIC.bytes) || magic.reverse().equals(MAGIC.bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
}
