import { setImmediate as nextTurn } from "node:timers/promises";
import pLimit from "p-limit";

/**
 * Work that takes some milliseconds, one piece per turn of the event loop. Without it, reports that
 * come together are all worked on in one turn, and nobody else is heard until the last is done.
 */
export class Turns {
  readonly #one = pLimit(1);

  /** Begins the work when its turn comes, and tells it for how many seconds it waited. */
  async take<T>(work: (waited: number) => T | Promise<T>): Promise<T> {
    const asked = performance.now();
    await this.#one(() => nextTurn());
    return work((performance.now() - asked) / 1000);
  }
}
