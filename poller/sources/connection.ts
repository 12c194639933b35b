import { connect, type Socket } from "node:net";
import type { Host } from "../targets/host.ts";
import { Deadline } from "./deadline.ts";
import { reasonOf, where, wrongBeginning } from "./failures.ts";
import { Received } from "./received.ts";
import type { Holder, Slots } from "./slots.ts";
import { FetchError, type Fetched, type Phases, type Reason } from "./source.ts";

/** What a fetch may gather without a slot, from its start and after it gave its slot back. */
const LOOSE_BYTES = 4 * 1024;

// Every read of every socket lands here and is copied out before the next one.
const buffer = Buffer.allocUnsafeSlow(64 * 1024);
const looseBuffer = buffer.subarray(0, LOOSE_BYTES);

// Failures that took their time: of a host that is gone rather than one that says no.
const SLOW: ReadonlySet<Reason> = new Set(["timeout", "unreachable", "dns"]);

/**
 * One connection to an agent, which speaks first and then closes. It waits and gathers a first few
 * bytes without a slot; for more, and for its report to be used, it needs one. While it queues for
 * a slot nothing is read and the host's deadline stands still.
 */
export class Connection implements Holder {
  /** Rejects with a FetchError, or when the signal aborts. */
  readonly report: Promise<Fetched>;
  /** Whether it cost time in vain. */
  hung = false;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  readonly #slots: Slots;
  readonly #socket: Socket;
  readonly #deadline: Deadline;

  readonly #queued: number;
  readonly #startedAt = performance.now();
  #connectedAt: number | undefined;
  #firstAt: number | undefined;

  readonly #received = new Received();
  #ended = false;

  #slot: "none" | "asked" | "held" = "none";
  #release: (() => void) | undefined;
  #looseBytes = 0;
  #parkedBytes = 0;
  #sizeWhenAsked: number | undefined;
  #paused = false;

  #done = false;
  #resolve!: (fetched: Fetched) => void;
  #reject!: (error: Error) => void;

  /** `queued`: milliseconds for which it had to wait until it might connect. */
  constructor(host: Host, signal: AbortSignal, slots: Slots, queued: number) {
    this.#host = host;
    this.#signal = signal;
    this.#slots = slots;
    this.#queued = queued;
    this.report = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#deadline = new Deadline(host.timeoutSeconds, () => this.#fail("timeout", this.#late()));
    this.#socket = connect({
      host: host.address,
      port: host.port,
      autoSelectFamily: true,
      allowHalfOpen: true,
      onread: {
        buffer: () => (this.#slot === "none" ? looseBuffer : buffer),
        callback: (count) => this.#take(count),
      },
    })
      .on("connect", () => (this.#connectedAt = performance.now()))
      .on("end", () => this.#verifyEnd())
      .on("error", (error) => this.#fail(...reasonOf(error)));
    signal.addEventListener("abort", this.#abort);
  }

  /** Lets go of everything; to be called when the report has been used or has failed. */
  close(): void {
    this.#finish();
    this.#release?.();
    this.#release = undefined;
  }

  granted(release: () => void): void {
    if (this.#done) {
      release();
      return;
    }
    this.#slot = "held";
    this.#release = release;
    this.#sizeWhenAsked = undefined;
    this.#unpark();
    this.#deadline.resume();
    if (this.#ended) this.#deliver();
    else if (this.#paused) this.#socket.resume();
    this.#paused = false;
  }

  yield(): void {
    const before = this.#sizeWhenAsked;
    this.#sizeWhenAsked = this.#received.size;
    if (this.#ended || before === undefined || this.#received.size - before >= LOOSE_BYTES) return;
    if (!this.#slots.park(this.#received.size)) return;
    this.#parkedBytes = this.#received.size;
    this.#looseBytes = 0;
    this.#slot = "none";
    this.#release?.();
    this.#release = undefined;
  }

  /** Takes what was read; false to read no further for now. */
  #take(count: number): boolean {
    if (this.#done) return false;
    this.#firstAt ??= performance.now();
    const before = this.#received.size;
    this.#received.append(buffer, count);
    if (before < 2 && this.#received.size >= 2 && !this.#begins()) return false;
    if (this.#received.size > this.#host.maxBytes) {
      this.#fail("too_large", `more than ${this.#host.maxBytes} bytes`);
      return false;
    }
    if (this.#slot !== "none") return true;
    this.#looseBytes += count;
    return this.#looseBytes < LOOSE_BYTES || this.#ask();
  }

  /** libuv takes a reset that follows the last bytes for an end; writing, if only nothing, tells. */
  #verifyEnd(): void {
    if (this.#done) return;
    this.#socket.write("", (error) => {
      if (!error) this.#end();
    });
  }

  #end(): void {
    if (this.#done) return;
    this.#ended = true;
    if (this.#received.size === 0)
      this.#fail("empty", "closed without a word (does its allow list know this poller?)");
    else if (this.#received.size < 2) this.#begins();
    else if (this.#slot === "held") this.#deliver();
    else if (this.#slot === "none") this.#ask();
  }

  /** Whether the report begins as one; fails otherwise. */
  #begins(): boolean {
    const wrong = wrongBeginning(this.#received.bytes);
    if (wrong !== undefined) this.#fail("protocol", wrong);
    return wrong === undefined;
  }

  /** Asks for a slot; whether it comes before the next read. */
  #ask(): boolean {
    this.#slot = "asked";
    this.#paused = !this.#slots.free;
    this.#deadline.hold();
    this.#slots.ask(this);
    return !this.#paused;
  }

  #deliver(): void {
    this.#finish();
    this.#resolve({ bytes: this.#received.bytes, phases: this.#phases() });
  }

  #fail(reason: Reason, what: string): void {
    if (this.#done) return;
    this.hung = SLOW.has(reason);
    this.#finish();
    const so = this.#received.size > 0 ? ` (${this.#received.size} bytes had come)` : "";
    const message = `${where(this.#host)}: ${what}${so}`;
    this.#reject(new FetchError(reason, message, this.#phases()));
  }

  readonly #abort = (): void => {
    this.#finish();
    this.#reject(new DOMException("The poll was stopped.", "AbortError"));
  };

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#deadline.stop();
    this.#unpark();
    this.#signal.removeEventListener("abort", this.#abort);
    this.#socket.destroy();
  }

  #unpark(): void {
    this.#slots.unpark(this.#parkedBytes);
    this.#parkedBytes = 0;
  }

  #late(): string {
    const limit = `${this.#host.timeoutSeconds} s`;
    if (this.#connectedAt === undefined) return `no connection within ${limit}`;
    if (this.#received.size === 0) return `connected, but silent for ${limit}`;
    return `still sending after ${limit}`;
  }

  #phases(): Phases {
    const now = performance.now();
    const connectedAt = this.#connectedAt ?? now;
    const firstAt = this.#firstAt ?? now;
    const waited = this.#deadline.held;
    return {
      connect: (connectedAt - this.#startedAt) / 1000,
      firstByte: (firstAt - connectedAt) / 1000,
      wait: (this.#queued + waited) / 1000,
      read: (now - firstAt - waited) / 1000,
    };
  }
}
