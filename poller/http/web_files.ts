import { stat } from "node:fs/promises";
import { readWebConfig, type WebConfig } from "./web_config.ts";

/** How often it is looked whether a file has changed. */
const LOOK_MILLISECONDS = 1000;

interface WebFilesOptions {
  /** Told why what was changed is not used. */
  readonly onFault: (error: Error) => void;
  readonly lookMilliseconds?: number;
}

/** A web config that is read again when it, or a certificate, changes; what is wrong is not used. */
export class WebFiles {
  readonly #file: string;
  readonly #onFault: WebFilesOptions["onFault"];
  readonly #timer: NodeJS.Timeout;
  #current: WebConfig;
  #print: string;
  #looking = false;
  /** Why what is there now is not used. */
  #fault: string | undefined;
  #use: ((config: WebConfig) => void) | undefined;

  /** Rejects as readWebConfig does. */
  static async open(file: string, options: WebFilesOptions): Promise<WebFiles> {
    const config = await readWebConfig(file);
    return new WebFiles(file, config, await printOf(config.files), options);
  }

  private constructor(
    file: string,
    config: WebConfig,
    print: string,
    { onFault, lookMilliseconds = LOOK_MILLISECONDS }: WebFilesOptions,
  ) {
    this.#file = file;
    this.#current = config;
    this.#print = print;
    this.#onFault = onFault;
    this.#timer = setInterval(() => void this.#look(), lookMilliseconds).unref();
  }

  get current(): WebConfig {
    return this.#current;
  }

  /** Has `use` take what has changed; what it throws is a reason not to. */
  onChange(use: (config: WebConfig) => void): void {
    this.#use = use;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const print = await printOf(this.#current.files);
      if (print !== this.#print) await this.#read(print);
    } finally {
      this.#looking = false;
    }
  }

  /** Again and again while it is wrong: what it lacks may come without any known file changing. */
  async #read(print: string): Promise<void> {
    const before = this.#current.files.join();
    try {
      const config = await readWebConfig(this.#file);
      this.#use?.(config);
      this.#current = config;
      this.#fault = undefined;
      this.#print = config.files.join() === before ? print : await printOf(config.files);
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#fault) this.#onFault(error as Error);
      this.#fault = message;
    }
  }
}

/** What tells whether files are as they were. */
async function printOf(files: readonly string[]): Promise<string> {
  const prints = files.map(async (file) => {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file).catch(() => ({
      ...{ ino: 0, size: 0, mtimeMs: 0, ctimeMs: 0 },
    }));
    return [ino, size, mtimeMs, ctimeMs].join();
  });
  return (await Promise.all(prints)).join(";");
}
