const NOTHING = Buffer.alloc(0);

/** What came of a report so far, in one piece. */
export class Received {
  size = 0;
  #buffer = NOTHING;

  /** Copies the first `count` bytes of a buffer that is about to be used again. */
  append(chunk: Buffer, count: number): void {
    const size = this.size + count;
    if (size > this.#buffer.length) {
      // A short first read and a long second one, which is most reports, fit exactly.
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.size);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.size, 0, count);
    this.size = size;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }
}
