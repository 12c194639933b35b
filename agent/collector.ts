/** Runs every section on the tick and keeps the report that everybody gets. */
import { setImmediate as turn } from "node:timers/promises";
import { Collection, SLOW_SECONDS } from "./collection.ts";
import { joinReport, type Account, type Report } from "./report.ts";
import type { Scripts } from "./scripts/scripts.ts";
import { Rhythm } from "./rhythm.ts";
import type { AgentSection, System } from "./section.ts";
import { Ticker } from "./tick.ts";

/** Sections that take longer than this together let the event loop have its turn. */
const MAX_BUSY_MS = 0.5;

export interface CollectorOptions {
  readonly system: System;
  /** In the order of the report. */
  readonly sections: readonly AgentSection[];
  readonly scripts?: Scripts;
  readonly intervalSeconds: number;
  /** Is given each report as it is made, and waited for by whoever collects. */
  readonly publish?: (report: Report) => Promise<void>;
  /** What else is to be told of the agent itself. */
  readonly accounts?: () => readonly Account[];
}

export class Collector {
  readonly #system: System;
  readonly #scripts: Scripts | undefined;
  readonly #collections: readonly Collection[];
  readonly #ticker: Ticker;
  readonly #rhythm = new Rhythm();
  /** Epoch seconds of the last tick without a collection. */
  #skippedAt = -Infinity;
  readonly #publish: (report: Report) => Promise<void>;
  readonly #further: () => readonly Account[];
  readonly #running = new Set<Promise<void>>();
  #report: Report | undefined;

  constructor({ system, sections, scripts, intervalSeconds, ...options }: CollectorOptions) {
    this.#system = system;
    this.#scripts = scripts;
    this.#publish = options.publish ?? (() => Promise.resolve());
    this.#further = options.accounts ?? (() => []);
    this.#collections = sections.map((section) => new Collection(section, system));
    this.#ticker = new Ticker({
      intervalSeconds,
      now: () => system.now(),
      act: () => void this.#act(),
    });
  }

  /** What there is to say as of the last tick; `undefined` before the first. */
  get report(): Report | undefined {
    return this.#report;
  }

  /** Collects once and then on every tick before a poll; resolves after the first time. */
  async start(): Promise<void> {
    await this.collect();
    this.#ticker.start();
  }

  stop(): void {
    this.#ticker.stop();
  }

  /** To be called for every poll. */
  polled(): void {
    const now = this.#system.now();
    this.#ticker.polled();
    this.#rhythm.polled(now);
    // Who was not expected got what is old; who asks again shall not.
    if (now < this.#skippedAt + this.#ticker.intervalSeconds) {
      this.#skippedAt = -Infinity;
      void this.collect();
    }
  }

  /**
   * Collects what is not still being collected, and makes the report: when all is done, or after a
   * second without the slow ones. What comes later makes it anew.
   */
  async collect(): Promise<void> {
    let joined = false;
    const begin = (work: Promise<unknown>): Promise<void> => {
      const done = work.then(() => {
        this.#running.delete(done);
        return joined ? this.#renew() : undefined;
      });
      this.#running.add(done);
      return done;
    };
    const begun = this.#scripts ? [begin(this.#scripts.tick(this.#system.now()))] : [];
    const patience = new AbortController();
    const tooLong = after(SLOW_SECONDS, patience.signal);
    let turned = performance.now();
    for (const collection of this.#collections) {
      if (collection.running) continue;
      begun.push(begin(collection.run()));
      if (performance.now() - turned < MAX_BUSY_MS) continue;
      await turn();
      turned = performance.now();
    }
    await Promise.race([Promise.all(begun), tooLong]);
    patience.abort();
    for (const collection of this.#collections) collection.leaveBehind();
    joined = true;
    await this.#renew();
  }

  /** Resolves when nothing is being collected, however long it takes. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** On a tick: what nobody is going to take is not collected. Scripts keep their own time. */
  async #act(): Promise<void> {
    const now = this.#system.now();
    if (this.#rhythm.expects(now, now + this.#ticker.intervalSeconds)) return this.collect();
    this.#skippedAt = now;
    const ran = await this.#scripts?.tick(now);
    if (ran === true) await this.#renew();
  }

  async #renew(): Promise<void> {
    this.#report = this.#join();
    await this.#publish(this.#report);
  }

  #join(): Report {
    const interval = this.#ticker.intervalSeconds;
    const output = this.#scripts?.output();
    return joinReport({
      at: this.#system.now(),
      sections: this.#collections.flatMap((collection) => collection.ready(interval) ?? []),
      appended: output
        ? [output.spool, output.mrpe, output.local, output.plugins, output.killed]
        : [],
      accounts: [
        ...this.#collections.flatMap((collection) => collection.account() ?? []),
        ...(this.#scripts?.status() ?? []).map(({ name, ...rest }) => ({ script: name, ...rest })),
        ...this.#further(),
      ],
      delivered: () => output && this.#scripts?.handedOver(output.handed),
    });
  }
}

/** Resolves after so many seconds or when it is no longer of interest. */
const after = (seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timeout = setTimeout(done, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timeout);
      done();
    });
  });
