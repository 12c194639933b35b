/** What the poller keeps over restarts: baselines, and sections that are to outlive their report. */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { z } from "zod";
import type { Known } from "../judge/baseline.ts";

export interface Store {
  /** What was found of a host when it was first seen or last accepted. */
  known(host: string): Known | undefined;
  keepKnown(host: string, known: Known): void;
  forgetKnown(host: string): void;
  /** Sections, as text with their headers; in bytes that are not to be changed. */
  sections(host: string): Buffer | undefined;
  /** Empty: there are none any more. */
  keepSections(host: string, text: Buffer): void;
  /** Resolves when all is on disk. */
  close(): Promise<void>;
}

const names = z.array(z.string());

/** What is no longer as this version writes it is as if it were not there. */
const knownSchema = z.object({
  at: z.number(),
  sections: names,
  services: names,
  compared: z.record(z.string(), z.record(z.string(), z.string())),
  accepted: names.optional(),
});

/** Where it is unless told: systemd's folder for it, else the user's. */
export const stateDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  env["STATE_DIRECTORY"]?.split(":")[0] ??
  join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "roundsman-poller");

/** Keeps nothing once the process ends. */
export function forgetful(): Store {
  const all = new Map<string, Known>();
  const texts = new Map<string, Buffer>();
  return {
    known: (host) => all.get(host),
    keepKnown: (host, known) => void all.set(host, known),
    forgetKnown: (host) => void all.delete(host),
    sections: (host) => texts.get(host),
    keepSections(host, text) {
      if (text.length === 0) texts.delete(host);
      else texts.set(host, text);
    },
    close: () => Promise.resolve(),
  };
}

/**
 * Opens the store of a folder, which is made where it is not there; several processes may have it
 * open. Each write is whole or not there at all. `onFault` hears of those that fail. Throws where
 * the folder cannot be used.
 */
export function openStore(folder: string, onFault: (error: Error) => void): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const root = open({ path: join(folder, "store.mdb"), maxDbs: 4 });
  const baselines: Database<unknown, string> = root.openDB({ name: "baselines" });
  const persisted: Database<Buffer, string> = root.openDB({
    name: "persisted",
    encoding: "binary",
  });
  return new DiskStore(root, baselines, persisted, onFault);
}

class DiskStore implements Store {
  readonly #root: RootDatabase;
  readonly #baselines: Database<unknown, string>;
  readonly #persisted: Database<Buffer, string>;
  readonly #onFault: (error: Error) => void;

  constructor(
    root: RootDatabase,
    baselines: Database<unknown, string>,
    persisted: Database<Buffer, string>,
    onFault: (error: Error) => void,
  ) {
    this.#root = root;
    this.#baselines = baselines;
    this.#persisted = persisted;
    this.#onFault = onFault;
  }

  known(host: string): Known | undefined {
    const { data } = knownSchema.safeParse(this.#baselines.get(host));
    if (!data) return undefined;
    const { accepted, ...known } = data;
    return accepted ? { ...known, accepted } : known;
  }

  keepKnown(host: string, known: Known): void {
    this.#note(this.#baselines.put(host, known));
  }

  forgetKnown(host: string): void {
    this.#note(this.#baselines.remove(host));
  }

  sections(host: string): Buffer | undefined {
    return this.#persisted.get(host);
  }

  keepSections(host: string, text: Buffer): void {
    this.#note(text.length === 0 ? this.#persisted.remove(host) : this.#persisted.put(host, text));
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  #note(write: Promise<unknown>): void {
    write.catch((error: unknown) => this.#onFault(error as Error));
  }
}
