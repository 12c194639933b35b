/** One file of the queue. */
import { closeSync, fdatasync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

/** How long what was written may be with the kernel only. */
const SYNC_SECONDS = 5;

const NAME = /^(\d{12})\.segment$/;

/** The number that is a segment's name; `undefined` for other files. */
export function segmentNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export class Segment {
  readonly number: number;
  readonly path: string;
  /** Up to where there are whole frames. */
  bytes = 0;
  /** Of those that are not done with. */
  samples = 0;
  /** Epoch milliseconds of its newest frame. */
  newest = 0;
  #descriptor: number | undefined;
  #sync: NodeJS.Timeout | undefined;

  constructor(folder: string, number: number) {
    this.number = number;
    this.path = join(folder, `${String(number).padStart(12, "0")}.segment`);
  }

  /** Makes the file, to be written to. */
  begin(): void {
    this.#descriptor = openSync(this.path, "wx", 0o600);
  }

  /** Adds whole frames. Throws where they cannot be written; then nothing of them is there. */
  append(frames: Buffer): void {
    const descriptor = this.#descriptor ?? NaN;
    try {
      for (let at = 0; at < frames.length;)
        at += writeSync(descriptor, frames, at, frames.length - at, this.bytes + at);
    } catch (error) {
      ftruncateSync(descriptor, this.bytes);
      throw error;
    }
    this.bytes += frames.length;
    this.#sync ??= setTimeout(() => {
      this.#sync = undefined;
      // Where a disk cannot, it will not be able to write either, and that is told.
      fdatasync(descriptor, () => undefined);
    }, SYNC_SECONDS * 1000).unref();
  }

  /** It will not be written to any more. */
  end(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    clearTimeout(this.#sync);
    this.#descriptor = undefined;
    fdatasync(descriptor, () => closeSync(descriptor));
  }

  /** Bytes from `offset` on, `most` at most. Rejects where they cannot be read. */
  async read(offset: number, most: number): Promise<Buffer> {
    const file = await open(this.path);
    try {
      const wanted = Buffer.allocUnsafe(Math.max(0, Math.min(most, this.bytes - offset)));
      const { bytesRead } = await file.read(wanted, 0, wanted.length, offset);
      return wanted.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  remove(): void {
    this.end();
    // It may be gone already, or not be what it was.
    rmSync(this.path, { recursive: true, force: true });
  }
}
