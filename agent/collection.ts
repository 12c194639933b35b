/** One section on its host: its last body, its age and what went wrong. */
import type { Account, Ready } from "./report.ts";
import type { AgentSection, Body, System } from "./section.ts";

/** Collecting for longer than this is slow: the report does not wait, and the body tells its age. */
export const SLOW_SECONDS = 1;
/** A body outlives failures for so long: three polls at one a minute. */
export const KEEP_SECONDS = 180;

interface Collected {
  /** Epoch seconds, when collecting began. */
  readonly at: number;
  /** It took too long for its report. */
  readonly slow: boolean;
  readonly body: Body | undefined;
}

interface Attempt {
  readonly at: number;
  readonly seconds: number;
  readonly error?: string | undefined;
}

export class Collection {
  readonly section: AgentSection;
  readonly #system: System;
  #good: Collected | undefined;
  #last: Attempt | undefined;
  /** Epoch seconds, when what runs now began. */
  #running: number | undefined;
  #leftBehind = false;

  constructor(section: AgentSection, system: System) {
    this.section = section;
    this.#system = system;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Collects anew; never rejects: whatever breaks costs this section alone. */
  async run(): Promise<void> {
    const at = this.#system.now();
    const began = performance.now();
    const took = (): number => (performance.now() - began) / 1000;
    this.#running = at;
    try {
      const body = await this.section.collect(this.#system);
      const seconds = took();
      this.#good = { at, slow: this.#leftBehind || seconds > SLOW_SECONDS, body };
      this.#last = { at, seconds, error: lackOf(body) };
    } catch (error) {
      this.#last = { at, seconds: took(), error: messageOf(error) };
    } finally {
      this.#running = undefined;
      this.#leftBehind = false;
    }
  }

  /** Tells that the report is made without what runs now. */
  leaveBehind(): void {
    this.#leftBehind = this.running;
  }

  /** The text to serve; it tells its age where it was slow in coming or is from before a failure. */
  ready(intervalSeconds: number): Ready | undefined {
    const good = this.#good;
    if (good?.body === undefined) return undefined;
    const { name, separator } = this.section;
    const { at, slow, body } = good;
    const late = this.#leftBehind || this.#last?.at !== at;
    if (late && this.#system.now() - at > KEEP_SECONDS) return undefined;
    const cached = late || slow ? { at: Math.floor(at), interval: intervalSeconds } : undefined;
    return { name, separator, body, cached };
  }

  /** How it fared; nothing where the host has nothing of the kind. */
  account(): Account | undefined {
    const section = this.section.name;
    if (this.#running === undefined || !this.#leftBehind) {
      const absent = this.#good && this.#good.body === undefined && this.#last?.error === undefined;
      return absent ? undefined : { section, ...this.#last };
    }
    const seconds = Math.round(this.#system.now() - this.#running);
    return { section, ...this.#last, error: `still being collected after ${seconds} s` };
  }
}

/** What a body had to do without. */
function lackOf(body: Body | undefined): string | undefined {
  const errors = typeof body === "object" ? body.flatMap(({ error }) => error ?? []) : [];
  return errors.length > 0 ? messageOf(errors.join("; ")) : undefined;
}

/** What went wrong on one line of bounded length. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 500);
