/** Each thing is told once in this time, and not more than so many of them. */
const AGAIN_SECONDS = 60;
const MAX_KNOWN = 1000;

/** Tells people what is wrong with whom, without flooding them. */
export class Complaints {
  readonly #tell: (line: string) => void;
  /** Milliseconds of the monotonic clock, the longest ago first. */
  readonly #told = new Map<string, number>();

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** Tells the line unless it was told within the last minute. */
  about(line: string): void {
    const now = performance.now();
    for (const [other, at] of this.#told) {
      if (now - at < AGAIN_SECONDS * 1000) break;
      this.#told.delete(other);
    }
    if (this.#told.has(line) || this.#told.size >= MAX_KNOWN) return;
    this.#told.set(line, now);
    this.#tell(line);
  }
}
