/** Writes the samples of every poll to receivers that speak Prometheus' remote write. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RemoteWrite } from "../config/remote_write.ts";
import type { Snapshot } from "../snapshots.ts";
import { Encoder } from "./encoder.ts";
import { Queue } from "./queue.ts";
import { poster } from "./request.ts";
import { Sampler, type Taken } from "./sampler.ts";
import { Sender } from "./sender.ts";

/** How long is spent on sending what is left when we end; the rest waits on disk. */
const FLUSH_MILLISECONDS = 3000;

/** How often the same thing is told. */
const TELL_SECONDS = 60;

/** What is told of one receiver. */
export interface RemoteWriteStats {
  readonly receiver: string;
  /** Samples since the start: taken, refused, and by reason those that never came to it. */
  readonly sent: number;
  readonly failed: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Requests that were made again. */
  readonly retries: number;
  readonly pendingBytes: number;
  /** How long the oldest of it has waited. */
  readonly oldestPendingSeconds: number;
}

/** Whoever is told what goes wrong, as pino has it. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface RemoteWriting {
  /** Is given every snapshot, in their order. Costs no more than encoding it; never throws. */
  take(snapshot: Snapshot): void;
  /** The host is polled no more: its series end. */
  gone(host: string): void;
  stats(): readonly RemoteWriteStats[];
  /** Sends what is left, for a bounded time. */
  close(): Promise<void>;
}

/**
 * Begins to write, to each receiver from a queue of its own below `folder`, and goes on with what an
 * earlier process left there. Throws where that cannot be used.
 */
export function remoteWrite(
  receivers: readonly RemoteWrite[],
  { folder, log }: { readonly folder: string; readonly log: Log },
): RemoteWriting {
  const writers = receivers.map((to) => new Writer(to, join(folder, folderOf(to)), log));
  return {
    take: (snapshot) => writers.forEach((writer) => writer.take(snapshot)),
    gone: (host) => writers.forEach((writer) => writer.gone(host)),
    stats: () => writers.map((writer) => writer.stats()),
    close: async () => {
      await Promise.all(writers.map((writer) => writer.close()));
    },
  };
}

/** Its own, wherever it stands in a config. */
const folderOf = ({ name }: RemoteWrite): string =>
  createHash("sha256").update(name).digest("hex").slice(0, 16);

class Writer {
  readonly #to: RemoteWrite;
  readonly #queue: Queue;
  readonly #sampler: Sampler;
  readonly #sender: Sender;
  readonly #hangUp: () => void;
  readonly #log: Log;
  readonly #told = new Map<string, number>();

  constructor(to: RemoteWrite, folder: string, log: Log) {
    this.#to = to;
    this.#log = log;
    this.#queue = new Queue(folder, to);
    this.#sampler = new Sampler(new Encoder(Object.entries(to.externalLabels)), this.#queue.marks);
    const { post, close } = poster(to);
    this.#hangUp = close;
    const receiver = to.name;
    this.#sender = new Sender(this.#queue, post, {
      onFailing: (reason) => log.warn({ receiver, reason }, "remote write has to wait"),
      onRecovered: () => log.info({ receiver }, "remote write goes on"),
      onRefused: (reason, samples) => this.#tell("refused", { reason, samples }),
      onDefect: (err) => this.#tell("cannot keep its state", { err }),
    });
  }

  take(snapshot: Snapshot): void {
    try {
      this.#append(this.#sampler.take(snapshot));
    } catch (err) {
      this.#tell("cannot keep samples", { err });
    }
  }

  gone(host: string): void {
    try {
      const taken = this.#sampler.gone(host, Date.now());
      if (taken) this.#append(taken);
    } catch (err) {
      this.#tell("cannot keep samples", { err });
    }
  }

  stats(): RemoteWriteStats {
    const { samples, failed, retries } = this.#sender.sent;
    const { outOfOrder, tooOld } = this.#sampler.skipped;
    const { oldest, dropped, pendingBytes } = this.#queue;
    return {
      receiver: this.#to.name,
      sent: samples,
      failed,
      retries,
      pendingBytes,
      dropped: { ...dropped, out_of_order: outOfOrder, too_old: tooOld },
      oldestPendingSeconds: oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest) / 1000),
    };
  }

  async close(): Promise<void> {
    await this.#sender.close(FLUSH_MILLISECONDS);
    this.#queue.close();
    this.#hangUp();
  }

  #append(taken: Taken): void {
    this.#queue.append(taken, this.#sampler.marks());
    this.#sender.notify();
  }

  #tell(what: string, facts: object): void {
    const now = performance.now();
    if (now - (this.#told.get(what) ?? -Infinity) < TELL_SECONDS * 1000) return;
    this.#told.set(what, now);
    this.#log.error({ receiver: this.#to.name, ...facts }, `remote write: ${what}`);
  }
}
