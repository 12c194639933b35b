/** What scripts said, kept in files so that it outlives the agent. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a script said, and how the run went that it is from. */
export interface Kept {
  /** As served: Latin-1. */
  readonly text: string;
  /** Epoch seconds. */
  readonly madeAt: number;
  readonly status: ScriptStatus;
}

/** How the last run of a script went. */
export interface ScriptStatus {
  /** As that of the script. */
  readonly name: string;
  /** When the run began, in epoch seconds. */
  readonly at: number;
  readonly seconds: number;
  readonly error?: string;
}

/** More than any script's output, with marks. */
const MAX_BYTES = 4 * 1024 * 1024;
/** What nobody has asked for or written for so long is of a script that is gone. */
const UNUSED_SECONDS = 30 * 86_400;

/**
 * A folder of a file per script: a line of JSON, then the text. A folder that cannot be used is a
 * fault, one that has nowhere to be keeps nothing; neither ever rejects. What is asked for happens
 * in that order, so that the last word on a script stands.
 */
export class Store {
  readonly #folder: string;
  /** Names of those of whom something is there. */
  readonly #held = new Set<string>();
  #fault: string | undefined;
  #last: Promise<unknown> | undefined;

  /** Nothing is done before something is asked for. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Why what was to be kept last is not. */
  get fault(): string | undefined {
    return this.#fault;
  }

  async load(name: string): Promise<Kept | undefined> {
    return this.#then(async () => {
      const path = this.#path(name);
      const { size } = await stat(path);
      this.#held.add(name);
      return size > MAX_BYTES ? undefined : decode(name, await readFile(path));
    });
  }

  save(name: string, kept: Kept): void {
    this.#held.add(name);
    void this.#then(async () => {
      const draft = `${this.#path(name)}.${randomUUID()}`;
      await this.#told(async () => {
        await writeFile(draft, encode(kept), { mode: 0o600 });
        await rename(draft, this.#path(name));
      });
      await rm(draft, { force: true });
    });
  }

  drop(name: string): void {
    if (this.#held.delete(name)) void this.#then(() => rm(this.#path(name), { force: true }));
  }

  /** Resolves when all is done that was asked for so far. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #path(name: string): string {
    return join(this.#folder, `${encodeURIComponent(name)}.said`);
  }

  #then<T>(act: () => Promise<T>): Promise<T | undefined> {
    this.#last ??= this.#open();
    const done = this.#last.then(act).catch(() => undefined);
    this.#last = done;
    return done;
  }

  /** Makes the folder, where the one above it is there. */
  #open(): Promise<void> {
    return this.#told(async () => {
      await mkdir(this.#folder, { mode: 0o700 }).catch(unlessThere);
      await removeUnused(this.#folder);
    });
  }

  /** Does what is a fault when it fails. */
  async #told(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.#fault = undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT") this.#fault = message;
    }
  }
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
}

async function removeUnused(folder: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(folder)) {
    if (!/\.said(\.[\w-]+)?$/.test(name)) continue;
    const path = join(folder, name);
    const seconds = (now - (await stat(path)).mtimeMs) / 1000;
    if (seconds > UNUSED_SECONDS) await rm(path, { force: true });
  }
}

const encode = ({ text, madeAt, status }: Kept): Buffer =>
  Buffer.concat([
    Buffer.from(`${JSON.stringify({ madeAt, status })}\n`, "utf8"),
    Buffer.from(text, "latin1"),
  ]);

/** `undefined` for what is no file of ours, or of which the end is lost. */
function decode(name: string, bytes: Buffer): Kept | undefined {
  const end = bytes.indexOf("\n");
  const text = bytes.toString("latin1", end + 1);
  const { madeAt, status } = parse(bytes.toString("utf8", 0, Math.max(end, 0)));
  if (typeof madeAt !== "number" || !isStatus(status) || status.name !== name) return undefined;
  if (!text.endsWith("\n")) return undefined;
  return { text, madeAt, status };
}

function parse(json: string): { readonly madeAt?: unknown; readonly status?: unknown } {
  try {
    return Object(JSON.parse(json)) as object;
  } catch {
    return {};
  }
}

function isStatus(value: unknown): value is ScriptStatus {
  const { name, at, seconds, error } = Object(value) as Record<string, unknown>;
  return (
    typeof name === "string" &&
    typeof at === "number" &&
    typeof seconds === "number" &&
    ["string", "undefined"].includes(typeof error)
  );
}
