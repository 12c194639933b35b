/** A config that may change while it is in force. */
import { statSync } from "node:fs";
import { type Config, readConfig } from "./config.ts";
import { configText } from "./config/text.ts";
import type { Reloaded } from "./http/reload.ts";

/** How often the file is looked at. */
const LOOK_MILLISECONDS = 5000;

/** How the last reading of the config went. */
export interface ReloadState {
  readonly ok: boolean;
  /** Epoch seconds at which one was taken last. */
  readonly at: number;
}

interface ReloadOptions {
  /** Puts another config into force. */
  readonly apply: (config: Config) => Promise<void>;
  readonly onTaken: () => void;
  /** Is told what is wrong with a config that is not taken. */
  readonly onRefused: (error: string) => void;
}

/** The config of a file: read again when somebody asks, or when the file changes. What is wrong changes nothing. */
export class ReloadedConfig {
  readonly #file: string;
  readonly #options: ReloadOptions;
  #state: ReloadState = { ok: true, at: Date.now() / 1000 };
  #text: string;
  #stamp: string;
  #looking: NodeJS.Timeout | undefined;

  /** `text`: what of the file is in force already. */
  constructor(file: string, text: string, options: ReloadOptions) {
    this.#file = file;
    this.#options = options;
    this.#text = text;
    // What was written since it was read is to be seen at the first look.
    const stamp = stampOf(file);
    this.#stamp = isOtherThan(text, file) ? "" : stamp;
  }

  /** The config that is in force, as it was written. */
  get text(): string {
    return this.#text;
  }

  get state(): ReloadState {
    return this.#state;
  }

  watch(): void {
    this.#looking = setInterval(() => {
      if (stampOf(this.#file) !== this.#stamp) void this.reload();
    }, LOOK_MILLISECONDS);
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  /** Reads the file and puts it into force; never rejects. */
  async reload(): Promise<Reloaded> {
    try {
      this.#stamp = stampOf(this.#file);
      const text = configText(this.#file);
      // What is about to be written, or what a full disk has left of it.
      if (text.trim() === "") throw new Error(`${this.#file}: is empty`);
      await this.#options.apply(readConfig(this.#file, text));
      this.#text = text;
      this.#state = { ok: true, at: Date.now() / 1000 };
      this.#options.onTaken();
      return { ok: true };
    } catch (error) {
      const { message } = error as Error;
      this.#state = { ...this.#state, ok: false };
      this.#options.onRefused(message);
      return { error: message };
    }
  }
}

/** What tells one state of a file from another. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** Whether a file says something else now; what was piped in is not asked. */
function isOtherThan(text: string, file: string): boolean {
  try {
    return configText(file) !== text;
  } catch {
    return false;
  }
}
