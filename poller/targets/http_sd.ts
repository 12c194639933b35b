import type { PollSettings } from "../config.ts";
import { discovered, MAX_LIST_BYTES } from "./discovered.ts";
import type { Listed } from "./file_sd.ts";
import { listIn } from "./list_text.ts";

const TIMEOUT_MILLISECONDS = 10_000;

/** Where a list of targets is asked for. */
export interface HttpPlace {
  readonly url: string;
  readonly refreshSeconds: number;
}

/** Keeps the last good list of a place over restarts. */
export interface ListStore {
  targets(url: string): string | undefined;
  keepTargets(url: string, json: string): void;
}

/**
 * Targets that a server lists, as Prometheus' http_sd has it: status 200, `application/json`, all of
 * them each time. Where it fails, the last good list holds, from before a restart too.
 */
export class HttpTargets {
  readonly #place: HttpPlace;
  readonly #store: ListStore;
  #list: unknown;
  #error: string | undefined;
  #listed: Listed | undefined;

  constructor(place: HttpPlace, store: ListStore) {
    this.#place = place;
    this.#store = store;
    const kept = store.targets(place.url);
    try {
      this.#list = kept === undefined ? undefined : (JSON.parse(kept) as unknown);
    } catch {
      this.#list = undefined;
    }
  }

  get refreshSeconds(): number {
    return this.#place.refreshSeconds;
  }

  /** What is known at the moment; the same as before where nothing has been asked since. */
  read(poll: PollSettings): Listed {
    return (this.#listed ??= this.#read(poll));
  }

  #read(poll: PollSettings): Listed {
    const faults = this.#error === undefined ? [] : [`${shown(this.#place.url)}: ${this.#error}`];
    try {
      return { hosts: this.#list === undefined ? [] : discovered(this.#list, poll), faults };
    } catch {
      return { hosts: [], faults };
    }
  }

  /** Asks anew; never rejects. */
  async refresh(poll: PollSettings, signal?: AbortSignal): Promise<void> {
    try {
      const text = await this.#ask(signal);
      const list = listIn(text, "json");
      discovered(list, poll);
      this.#list = list;
      this.#error = undefined;
      this.#store.keepTargets(this.#place.url, text);
    } catch (error) {
      this.#error = reason(error);
    }
    this.#listed = undefined;
  }

  async #ask(signal: AbortSignal | undefined): Promise<string> {
    const patience = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const response = await fetch(this.#place.url, {
      headers: {
        accept: "application/json",
        "user-agent": "roundsman-poller",
        "x-prometheus-refresh-interval-seconds": String(this.#place.refreshSeconds),
      },
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.status !== 200) throw new Error(`answers ${response.status}`);
    if (!/^application\/json\b/i.test(type)) throw new Error(`is ${type || "nothing"}, not JSON`);
    return bodyOf(response);
  }
}

/** The whole body, as long as it is not too long. */
async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_LIST_BYTES) throw new Error(`sends more than ${MAX_LIST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Without a password that may be in it. */
export const shown = (url: string): string => url.replace(/\/\/[^/@]*@/, "//<secret>@");

function reason(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MILLISECONDS / 1000} s`;
  return cause instanceof Error ? cause.message : message;
}
