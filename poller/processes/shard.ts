import type { Logger } from "pino";
import { type Metrics, sum } from "../self.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { Reader, type SnapshotMessage } from "./message.ts";
import { counted, numbered } from "./metrics.ts";
import { Process } from "./process.ts";
import {
  type Beginning,
  ending,
  errorOf,
  type Order,
  ProcessLost,
  type Report,
} from "./protocol.ts";

/** How long a process may take to tell its metrics; then what it told last counts. */
const METRICS_MILLISECONDS = 1000;

/** What is not answered here. */
export type News = Extract<
  Report,
  { readonly kind: "snapshot" | "silence" | "gone" | "defect" | "fault" | "said" }
>;

interface ShardOptions {
  /** Counted from 1. */
  readonly number: number;
  readonly begin: () => Beginning;
  readonly onNews: (news: News) => void;
  readonly log: Logger;
}

interface Asking {
  readonly done: (stranger: SnapshotMessage | undefined) => void;
  readonly fail: (error: Error) => void;
}

/** A share of the hosts and the process that polls them, whichever it is at the moment. */
export class Shard {
  readonly number: number;
  readonly #options: ShardOptions;
  readonly #process: Process;
  #reader = new Reader();
  #nextId = 0;
  readonly #polls = new Map<number, Asking>();
  readonly #metrics = new Map<number, (metrics: Metrics) => void>();
  /** What the process told last. */
  #told: Metrics | undefined;
  /** What those before it had counted. */
  #counted: Metrics[] = [];

  constructor(options: ShardOptions) {
    const { number, begin, log } = options;
    this.number = number;
    this.#options = options;
    this.#process = new Process({
      number,
      log,
      begin: () => ({ kind: "begin", ...begin() }),
      onReport: (report) => this.#hear(report),
      onLost: () => this.#lost(),
    });
  }

  get restarts(): number {
    return this.#process.restarts;
  }

  start(): void {
    this.#process.start();
  }

  send(order: Order): void {
    this.#process.send(order);
  }

  /** The snapshot of a message; `undefined` where it is of no use. */
  read(message: SnapshotMessage, host: Host | undefined): Snapshot | undefined {
    return this.#reader.read(message, host);
  }

  forget(host: string): void {
    this.#reader.forget(host);
  }

  /**
   * Has a host polled, by its name where it is one of the shard's; of others it gives the snapshot.
   * Rejects when `signal` aborts, when we end, and with a ProcessLost when the process dies that was
   * to do it.
   */
  async poll(asked: string | Host, signal: AbortSignal): Promise<Snapshot | undefined> {
    await this.#process.ready(signal);
    signal.throwIfAborted();
    const id = this.#nextId++;
    const stranger = await new Promise<SnapshotMessage | undefined>((done, fail) => {
      const leave = (): void => {
        this.send({ kind: "abort", id });
        settle(() => fail(signal.reason as Error));
      };
      const settle = (act: () => void): void => {
        this.#polls.delete(id);
        signal.removeEventListener("abort", leave);
        act();
      };
      this.#polls.set(id, {
        done: (snapshot) => settle(() => done(snapshot)),
        fail: (error) => settle(() => fail(error)),
      });
      signal.addEventListener("abort", leave, { once: true });
      this.send({ kind: "poll", id, host: asked });
    });
    return stranger && typeof asked === "object" ? new Reader().decode(stranger, asked) : undefined;
  }

  /** What the process tells of itself, and what those before it had counted. */
  async metrics(): Promise<readonly Metrics[]> {
    if (this.#process.isReady) this.#told = (await this.#ask()) ?? this.#told;
    if (this.#counted.length > 1) this.#counted = [await sum(this.#counted)];
    return this.#told ? [numbered(this.#told, this.number), ...this.#counted] : this.#counted;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    this.#failAll(ending());
  }

  kill(): void {
    this.#process.kill();
  }

  #ask(): Promise<Metrics | undefined> {
    const id = this.#nextId++;
    return new Promise((done) => {
      const settle = (metrics?: Metrics): void => {
        clearTimeout(timer);
        this.#metrics.delete(id);
        done(metrics);
      };
      const timer = setTimeout(settle, METRICS_MILLISECONDS);
      this.#metrics.set(id, settle);
      this.send({ kind: "metrics", id });
    });
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case "polled":
        return this.#polls.get(report.id)?.done(report.stranger);
      case "failed":
        return this.#polls.get(report.id)?.fail(errorOf(report.error));
      case "metrics":
        return this.#metrics.get(report.id)?.(report.metrics);
      case "ready":
      case "pong":
        return;
      default:
        this.#options.onNews(report);
    }
  }

  /** Whoever comes next knows nothing of what was sent. */
  #lost(): void {
    this.#reader = new Reader();
    if (this.#told) this.#counted.push(counted(this.#told));
    this.#told = undefined;
    this.#failAll(new ProcessLost());
  }

  #failAll(error: Error): void {
    for (const { fail } of [...this.#polls.values()]) fail(error);
  }
}
