import { fileURLToPath } from "node:url";
import { gather } from "../../waitmax/pipe.ts";
import type { Ending } from "./frames.ts";
import { RunnerLife } from "./runner_life.ts";
import { Fault } from "./source.ts";

export interface RunLimits {
  readonly seconds: number;
  readonly maxBytes: number;
  /** Ends the program as its deadline does. */
  readonly abort: AbortSignal;
}

/** How a program fared, and what it printed. */
export interface Ran extends Ending {
  readonly stdout: Buffer;
}

/** Runs a program to its end or its deadline, as waitmax does. */
export type Run = (command: readonly [string, ...string[]], limits: RunLimits) => Promise<Ran>;

/** A run that is not back so long after its deadline never comes: the runner itself hangs. */
const PATIENCE_SECONDS = 10;
/** Before another runner is started; twice as long each time that one did not last. */
const FIRST_PAUSE_SECONDS = 1;
const MAX_PAUSE_SECONDS = 60;
/** Who lived as long as that was well. */
const LASTING_SECONDS = 60;

// Built beside this file; there is none beside its source.
const CHILD = fileURLToPath(new URL("./runner_child.js", import.meta.url));

/**
 * Runs programs in a small process, started when the first is to be run, and again when it has died,
 * after a pause. It ends with the poller, and what it runs with it.
 */
export class Runner {
  readonly #child: string;
  #life: Promise<RunnerLife> | undefined;
  #stopped = false;
  #pauseSeconds = 0;
  /** Milliseconds of the monotonic clock. */
  #notBefore = 0;
  #died = "";

  /** `child`: the program of the process. */
  constructor({ child = CHILD }: { readonly child?: string } = {}) {
    this.#child = child;
  }

  /** Rejects with a Fault where there is no runner, or where it died. */
  readonly run: Run = async (command, { seconds, maxBytes, abort }) => {
    const life = await this.#alive();
    const output = gather(maxBytes);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(patience);
        abort.removeEventListener("abort", stop);
        act();
      };
      const stop = life.begin(
        { command, seconds, maxBytes },
        {
          output: output.add,
          done: (ending) => settle(() => resolve({ ...ending, stdout: output.bytes() })),
          lost: (why) => settle(() => reject(new Fault("program", `its runner died (${why})`))),
        },
      );
      const patience = setTimeout(() => life.end(), (seconds + PATIENCE_SECONDS) * 1000);
      if (abort.aborted) stop();
      else abort.addEventListener("abort", stop);
    });
  };

  /** Ends the process and whatever it runs; nothing is run from then on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const life = await this.#life?.catch(() => undefined);
    life?.end();
    await life?.ended;
  }

  #alive(): Promise<RunnerLife> {
    const left = (this.#notBefore - performance.now()) / 1000;
    if (this.#stopped || (!this.#life && left > 0)) {
      const again = this.#stopped ? "" : `, the next starts in ${Math.ceil(left)} s`;
      return Promise.reject(new Fault("program", `its runner died (${this.#died})${again}`));
    }
    return (this.#life ??= this.#start());
  }

  async #start(): Promise<RunnerLife> {
    const startedAt = performance.now();
    const over = (why: string): void => {
      const lasted = performance.now() - startedAt > LASTING_SECONDS * 1000;
      this.#pauseSeconds = lasted
        ? FIRST_PAUSE_SECONDS
        : Math.min(Math.max(2 * this.#pauseSeconds, FIRST_PAUSE_SECONDS), MAX_PAUSE_SECONDS);
      this.#notBefore = performance.now() + this.#pauseSeconds * 1000;
      this.#died = why;
      this.#life = undefined;
    };
    try {
      const life = await RunnerLife.start(this.#child);
      void life.ended.then(over);
      return life;
    } catch (error) {
      over((error as Error).message);
      throw new Fault("program", `its runner cannot be started: ${(error as Error).message}`);
    }
  }
}
