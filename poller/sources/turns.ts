/**
 * Work that takes some milliseconds, one piece per turn of the event loop. Without it, reports that
 * come together are all worked on in one turn, and nobody else is heard until the last is done.
 */
export class Turns {
  readonly #queue: (() => void)[] = [];

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Begins the work when its turn comes, and tells it for how many seconds it waited. */
  async take<T>(work: (waited: number) => T | Promise<T>): Promise<T> {
    const asked = performance.now();
    await new Promise<void>((begin) => {
      if (this.#queue.push(begin) === 1) setImmediate(this.#next);
    });
    return work((performance.now() - asked) / 1000);
  }

  readonly #next = (): void => {
    this.#queue.shift()?.();
    if (this.#queue.length > 0) setImmediate(this.#next);
  };
}
