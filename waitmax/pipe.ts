/** Our end of a program's pipe. */
import type { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";

/** Turns of the event loop, each with a poll, without a byte: then what was written has been read. */
const SILENT_TURNS = 3;
const FIRST_BYTES = 4096;

export type Take = (chunk: Buffer) => void | Promise<void>;

export interface Drain {
  /** Resolves when all that was written so far has been taken, though the pipe may still be open. */
  quiet(): Promise<void>;
  close(): void;
}

/** Hands on what a stream brings, one chunk at a time: it waits as long as `take` does. */
export function drain(stream: Readable, take: Take): Drain {
  let taken = 0;
  let passing = Promise.resolve();
  const pass = async (): Promise<void> => {
    for (let chunk; (chunk = stream.read() as Buffer | null) !== null; taken++) await take(chunk);
  };
  stream.on("readable", () => void (passing = passing.then(pass)));
  return {
    async quiet() {
      for (let silent = 0; silent < SILENT_TURNS; silent++) {
        if (stream.readableEnded || stream.destroyed) break;
        const before = taken;
        await turn();
        await passing;
        if (taken !== before || stream.readableLength > 0) silent = -1;
      }
      await passing;
    },
    close: () => void stream.destroy(),
  };
}

/** Gathers bytes up to a number of them, in one piece, however small the chunks are. */
export function gather(maxBytes: number): { add: (chunk: Buffer) => void; bytes: () => Buffer } {
  let room = Buffer.alloc(0);
  let filled = 0;
  return {
    add(chunk) {
      const end = Math.min(filled + chunk.length, maxBytes);
      if (end > room.length) {
        const size = Math.min(Math.max(end, room.length * 2, FIRST_BYTES), maxBytes);
        room = Buffer.concat([room.subarray(0, filled)], size);
      }
      filled += chunk.copy(room, filled, 0, end - filled);
    },
    bytes: () => room.subarray(0, filled),
  };
}

/** Keeps the last of the bytes that come. */
export function tail(maxBytes: number): { add: (chunk: Buffer) => void; text: () => string } {
  let kept = Buffer.alloc(0);
  return {
    add: (chunk) => void (kept = Buffer.concat([kept, chunk]).subarray(-maxBytes)),
    text: () => kept.toString(),
  };
}
