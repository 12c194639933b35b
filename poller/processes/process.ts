import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { ending, type Order, type Report } from "./protocol.ts";

/** Before a process is started again; twice as long each time that one did not last. */
const FIRST_PAUSE_SECONDS = 1;
const MAX_PAUSE_SECONDS = 60;
/** Who lived as long as that was well. */
const LASTING_SECONDS = 60;

/** How often a process is asked for a sign of life, and how many questions it may leave open. */
const PING_MILLISECONDS = 10_000;
const MAX_UNANSWERED = 6;

// Built beside this file; there is none beside its source.
const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));

interface ProcessOptions {
  /** Counted from 1. */
  readonly number: number;
  /** What a process is told as soon as it can be told anything. */
  readonly begin: () => Order;
  readonly onReport: (report: Report) => void;
  /** It has died, or could not be started. */
  readonly onLost: () => void;
  readonly log: Pick<Logger, "error">;
  /** The program of the process. */
  readonly program?: string;
  readonly pingMilliseconds?: number;
}

/** A process that polls, started again whenever it dies, after a pause. It ends with this one. */
export class Process {
  readonly #options: ProcessOptions;
  // As many wait as requests are answered at once.
  readonly #events = new EventEmitter().setMaxListeners(0);
  #child: ChildProcess | undefined;
  #isReady = false;
  #restarts = 0;
  #pauseSeconds = 0;
  #unanswered = 0;
  #restart: NodeJS.Timeout | undefined;
  #pinging: NodeJS.Timeout | undefined;
  #stopped: (() => void) | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether it can be told anything. */
  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    try {
      this.#start();
    } catch (error) {
      // There may be no more processes or files to be had.
      this.#lost((error as Error).message, 0);
    }
  }

  #start(): void {
    const startedAt = performance.now();
    const { program = CHILD, pingMilliseconds = PING_MILLISECONDS } = this.#options;
    const child = fork(program, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    this.#unanswered = 0;
    let isOver = false;
    const over = (why: string): void => {
      if (isOver) return;
      isOver = true;
      this.#child = undefined;
      this.#isReady = false;
      clearInterval(this.#pinging);
      if (this.#stopped) this.#stopped();
      else this.#lost(why, performance.now() - startedAt);
    };
    child
      .on("message", (reports: readonly Report[]) => {
        if (!isOver) for (const report of reports) this.#hear(report);
      })
      .on("error", ({ message }) => {
        if (child.pid === undefined) over(message);
      })
      .on("exit", (code, signal) => over(signal ?? `exit code ${String(code)}`));
    this.#pinging = setInterval(() => this.#ping(), pingMilliseconds);
  }

  /** Resolves once it can be told something; rejects when `signal` aborts, or when we end. */
  async ready(signal: AbortSignal): Promise<void> {
    if (!this.#isReady && !this.#stopped) await once(this.#events, "ready", { signal });
    if (!this.#isReady) throw ending();
  }

  /** Lost where it is not there: whoever comes is told all. */
  send(order: Order): void {
    if (!this.#isReady) return;
    // That it has just died is told elsewhere.
    this.#child?.send(order, () => undefined);
  }

  /** Has it end, and resolves once it has. */
  stop(): Promise<void> {
    clearTimeout(this.#restart);
    return new Promise((done) => {
      this.#stopped = done;
      this.#events.emit("ready");
      if (!this.#child) done();
      else if (this.#isReady) this.send({ kind: "stop" });
      else this.kill();
    });
  }

  /** Ends it at once. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  #hear(report: Report): void {
    this.#unanswered = 0;
    if (report.kind === "pong") return;
    if (report.kind === "ready") {
      this.#isReady = true;
      this.send(this.#options.begin());
      this.#events.emit("ready");
    } else this.#options.onReport(report);
  }

  /** A process that hangs does not end by itself, and would not notice our end. */
  #ping(): void {
    if (++this.#unanswered > MAX_UNANSWERED) this.kill();
    else this.send({ kind: "ping" });
  }

  #lost(why: string, milliseconds: number): void {
    const lasted = milliseconds > LASTING_SECONDS * 1000;
    this.#pauseSeconds = lasted
      ? FIRST_PAUSE_SECONDS
      : Math.min(Math.max(2 * this.#pauseSeconds, FIRST_PAUSE_SECONDS), MAX_PAUSE_SECONDS);
    this.#options.log.error(
      { process: this.#options.number, reason: why },
      `a process that polls died; it is started again in ${this.#pauseSeconds} s`,
    );
    this.#options.onLost();
    this.#restart = setTimeout(() => {
      this.#restarts++;
      this.start();
    }, this.#pauseSeconds * 1000);
  }
}
