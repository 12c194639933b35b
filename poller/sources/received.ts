/** Enough for most reports. */
const SHEET_BYTES = 256 * 1024;

/** Sheets that are kept although nobody uses them. */
const MAX_IDLE = 16;

const NOTHING = Buffer.alloc(0);

// Without them each report would cost pages of memory that the kernel has to clear, and V8, which is
// told of every byte outside its heap, a collection of all garbage for every few hundred reports.
const idle: Buffer[] = [];

/** What came of a report so far, in one piece. */
export class Received {
  size = 0;
  #buffer: Buffer = NOTHING;
  #isSheet = false;

  /**
   * Copies the first `count` bytes of a buffer that is about to be used again; to a sheet, if it is
   * `brief`: what soon ends with `release` or `settle`.
   */
  append(chunk: Buffer, count: number, brief = false): void {
    const size = this.size + count;
    if (size > this.#buffer.length) this.#move(size, brief && size <= SHEET_BYTES);
    chunk.copy(this.#buffer, this.size, 0, count);
    this.size = size;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }

  /** Keeps what it has in as little memory as that needs. */
  settle(): void {
    if (this.#isSheet) this.#move(this.size, false);
  }

  /** Forgets all, and lets the next report overwrite it. */
  release(): void {
    this.size = 0;
    this.#leave();
  }

  #move(size: number, toSheet: boolean): void {
    // A short first read and a long second one, which is most reports, fit exactly.
    const larger = toSheet
      ? (idle.pop() ?? Buffer.allocUnsafeSlow(SHEET_BYTES))
      : Buffer.allocUnsafe(Math.max(size, this.#isSheet ? size : 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.size);
    this.#leave();
    this.#buffer = larger;
    this.#isSheet = toSheet;
  }

  #leave(): void {
    if (this.#isSheet && idle.length < MAX_IDLE) idle.push(this.#buffer);
    this.#buffer = NOTHING;
    this.#isSheet = false;
  }
}
