const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Memory that one report after the other is written to. Without it each would cost pages that the
 * kernel has to clear, and V8, which is told of every byte outside its heap, a collection of all
 * garbage for every few hundred reports, or every few that are long.
 */
interface Sheets {
  readonly bytes: number;
  readonly idle: Buffer[];
  /** How many are kept although nobody uses them, and for how many milliseconds; absent: for good. */
  readonly maxIdle: number;
  readonly idleMilliseconds?: number;
}

/** Enough for most reports. */
const SMALL: Sheets = { bytes: 256 * KIB, idle: [], maxIdle: 16 };

/** Enough for as many bytes as a report may have by default, and a read that goes beyond. */
const LARGE: Sheets = { bytes: 16 * MIB + 64 * KIB, idle: [], maxIdle: 1, idleMilliseconds: 5000 };

/** It is not worth while for a little more than a small one. */
const LARGE_FROM_BYTES = MIB;

const NOTHING = Buffer.alloc(0);

/** What came of a report so far, in one piece. */
export class Received {
  size = 0;
  #buffer: Buffer = NOTHING;
  #sheets: Sheets | undefined;

  /**
   * Copies the first `count` bytes of a buffer that is about to be used again; to a sheet, if it is
   * `brief`: what soon ends with `release` or `settle`.
   */
  append(chunk: Buffer, count: number, brief = false): void {
    const size = this.size + count;
    if (size > this.#buffer.length) this.#move(size, brief ? sheetsFor(size) : undefined);
    chunk.copy(this.#buffer, this.size, 0, count);
    this.size = size;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }

  /** Keeps what it has in as little memory as that needs. */
  settle(): void {
    if (this.#sheets) this.#move(this.size, undefined);
  }

  /** Forgets all, and lets the next report overwrite it. */
  release(): void {
    this.size = 0;
    this.#leave();
  }

  #move(size: number, to: Sheets | undefined): void {
    // A short first read and a long second one, which is most reports, fit exactly.
    const larger = to
      ? (to.idle.pop() ?? Buffer.allocUnsafeSlow(to.bytes))
      : Buffer.allocUnsafe(Math.max(size, this.#sheets ? size : 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.size);
    this.#leave();
    this.#buffer = larger;
    this.#sheets = to;
  }

  #leave(): void {
    if (this.#sheets) keep(this.#buffer, this.#sheets);
    this.#buffer = NOTHING;
    this.#sheets = undefined;
  }
}

function sheetsFor(size: number): Sheets | undefined {
  if (size <= SMALL.bytes) return SMALL;
  return size > LARGE_FROM_BYTES && size <= LARGE.bytes ? LARGE : undefined;
}

function keep(sheet: Buffer, { idle, maxIdle, idleMilliseconds }: Sheets): void {
  if (idle.length >= maxIdle) return;
  idle.push(sheet);
  if (idleMilliseconds !== undefined)
    setTimeout(() => void idle.splice(0), idleMilliseconds).unref();
}
