/** One script: when it is due, what of its output is served, how its last run went. */
import type { LimitFunction } from "p-limit";
import { faultOf } from "../../waitmax/fault.ts";
import { run, type Outcome } from "../../waitmax/run.ts";
import type { Killed } from "./killed.ts";
import { agedText } from "./printed.ts";
import type { Script } from "./script.ts";
import type { Kept, ScriptStatus } from "./store.ts";

/** Of the output of one script. */
const MAX_BYTES = 1024 * 1024;
/** Ticks come a little early or late. */
const TICK_SLACK_SECONDS = 1;
/** The output of an interval script that fails is served until it is so many intervals old. */
const KEPT_INTERVALS = 3;
/** A script in the folder of a day may hang for an hour, not for the day. */
const MAX_DEADLINE_SECONDS = 3600;

export interface JobLimits {
  readonly env: Readonly<Record<string, string>>;
  /** For a script without an interval, and the least for one with. */
  readonly deadlineSeconds: number;
  readonly abort: AbortSignal;
}

export interface Output {
  readonly id: number;
  readonly text: string;
  /** Epoch seconds. */
  readonly madeAt: number;
}

let outputs = 0;

const isOver = (abort: AbortSignal): boolean => abort.aborted;

export class Job {
  readonly script: Script;
  #status: ScriptStatus | undefined;
  #output: Output | undefined;
  #killed: Killed | undefined;
  #handed = true;
  #begunAt: number | undefined;
  #running = false;
  #stuck = false;

  /** `kept` is what an earlier agent has left, `now` epoch seconds. */
  constructor(script: Script, kept?: Kept, now = 0) {
    this.script = script;
    if (kept) this.#takeUp(kept, now);
  }

  /** Whether it runs, or was killed and lives on. */
  get isBusy(): boolean {
    return this.#running || this.#stuck;
  }

  get status(): ScriptStatus | undefined {
    return this.#status;
  }

  /** How its last run was ended, unless it ended by itself. */
  get killed(): Killed | undefined {
    return this.#killed;
  }

  /** Whether it has never run. */
  get isNew(): boolean {
    return this.#begunAt === undefined;
  }

  /**
   * A script without an interval waits until somebody has got what it printed: it may be one that
   * says everything only once.
   */
  isDue(now: number): boolean {
    if (this.isBusy) return false;
    const { interval } = this.script;
    if (interval === undefined) return this.#handed;
    const age = now - (this.#begunAt ?? -Infinity);
    return age < 0 || age >= interval - TICK_SLACK_SECONDS;
  }

  /** Runs it as soon as there is a place; `clock` gives epoch seconds. */
  async run(clock: () => number, place: LimitFunction, limits: JobLimits): Promise<void> {
    this.#running = true;
    this.#begunAt = clock();
    await place(() => this.#run(clock, limits));
    this.#running = false;
  }

  /** What is to be served of it. */
  output(now: number): Output | undefined {
    const { interval = Infinity } = this.script;
    const failing = this.#status?.error !== undefined;
    const old = this.#output && now - this.#output.madeAt > KEPT_INTERVALS * interval;
    return failing && old ? undefined : this.#output;
  }

  /** Somebody has got the outputs with these ids. */
  handedOver(ids: ReadonlySet<number>): void {
    if (this.#output && ids.has(this.#output.id)) this.#handed = true;
  }

  /**
   * What must outlive the agent: what took long to come by, and what a plugin may say only once. The
   * states that checks tell are told anew.
   */
  get kept(): Kept | undefined {
    const { kind, interval } = this.script;
    const counts = interval !== undefined || (kind === "plugins" && !this.#handed);
    if (!counts || !this.#output || !this.#status) return undefined;
    const { text, madeAt } = this.#output;
    return { text, madeAt, status: this.#status };
  }

  #takeUp({ text, madeAt, status }: Kept, now: number): void {
    const { interval } = this.script;
    if (madeAt > now || now - madeAt > KEPT_INTERVALS * (interval ?? Infinity)) return;
    const served = interval === undefined ? agedText(text, madeAt) : text;
    this.#output = { id: ++outputs, text: served, madeAt };
    this.#handed = false;
    this.#status = status;
    this.#begunAt = status.at;
  }

  async #run(clock: () => number, { env, deadlineSeconds, abort }: JobLimits): Promise<void> {
    if (isOver(abort)) return;
    const { name, command, cwd, interval, accept } = this.script;
    const at = clock();
    const seconds = Math.max(deadlineSeconds, Math.min(interval ?? 0, MAX_DEADLINE_SECONDS));
    const outcome = await run(command, { seconds, maxBytes: MAX_BYTES, env, cwd, abort });
    if (outcome.stuck) {
      this.#stuck = true;
      void outcome.stuck.gone.then(() => (this.#stuck = false));
    }
    // What is ended with the agent says nothing of itself; but what it printed may be said only once.
    if (isOver(abort) && interval !== undefined) return;
    const error = faultOf(outcome, { seconds, maxBytes: MAX_BYTES }, accept);
    const fault = error === undefined ? {} : { error };
    this.#status = { name, at, seconds: outcome.seconds, ...fault };
    this.#killed = this.#howKilled(outcome, seconds);
    this.#keep(outcome, error, clock());
  }

  #keep(outcome: Outcome, fault: string | undefined, madeAt: number): void {
    const { interval } = this.script;
    const cached = interval === undefined ? undefined : { at: Math.floor(madeAt), interval };
    const text = this.script.print({ outcome, fault, cached });
    if (text === undefined) return;
    this.#output = text === "" ? undefined : { id: ++outputs, text, madeAt };
    this.#handed = text === "";
  }

  #howKilled({ timedOut, stuck, pid }: Outcome, seconds: number): Killed | undefined {
    if (pid === undefined || !(timedOut || stuck)) return undefined;
    return { script: this.script, how: stuck ? "killfailed" : "timeout", seconds, pid };
  }
}
