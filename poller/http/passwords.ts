import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** A hash of a higher cost takes longer than a login may. */
export const MAX_COST = 14;
/** Passwords that may wait for their turn. */
const MAX_WAITING = 16;

/** Whether a text is a hash of bcrypt that can be compared with. */
export function isHash(text: string): boolean {
  const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1];
  return cost !== undefined && Number(cost) >= 4 && Number(cost) <= MAX_COST;
}

// Its own text, so that it runs from the sources and from what is built of them alike.
const WORK = `
const { parentPort, workerData } = require("node:worker_threads");
const { compareSync } = require(workerData);
parentPort.on("message", ([password, hash]) => parentPort.postMessage(compareSync(password, hash)));
`;

/** There is too much to compare already. */
export class Busy extends Error {
  override readonly name = "Busy";
}

/**
 * Compares passwords with hashes on a thread of its own, one at a time, and rests after each for as
 * long as it took: whoever tries many gets half a core at most.
 */
export class Passwords {
  #worker: Worker | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Rejects with Busy, at once where too many wait. `isWanted` is asked when the turn has come. */
  async matches(password: string, hash: string, isWanted: () => boolean): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING) throw new Busy("too many logins at once");
    this.#waiting++;
    const before = this.#last;
    const mine = before.then(() => {
      if (!isWanted()) throw new Busy("nobody waits for it");
      return this.#compare(password, hash);
    });
    const began = before.then(() => performance.now());
    this.#last = mine
      .catch(() => undefined)
      .then(async () => sleep(performance.now() - (await began), undefined, { ref: false }));
    try {
      return await mine;
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #compare(password: string, hash: string): Promise<boolean> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      const end = (): void => {
        worker.off("message", answered).off("exit", ended);
      };
      const answered = (matches: boolean): void => {
        end();
        resolve(matches);
      };
      const ended = (): void => {
        end();
        reject(new Busy("the comparing thread ended"));
      };
      worker.on("message", answered).on("exit", ended);
      worker.postMessage([password, hash]);
    });
  }

  #start(): Worker {
    const library = createRequire(import.meta.url).resolve("bcryptjs");
    const worker = new Worker(WORK, {
      ...{ eval: true, workerData: library, stdout: false, stderr: false },
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 },
    });
    worker.unref();
    worker.on("error", () => undefined);
    worker.on("exit", () => (this.#worker = undefined));
    return worker;
  }
}
