/**
 * What goes between the poller and its runner: frames of 4 bytes of length, 4 of a run's number,
 * 1 of kind, and a body.
 */

/** `run` and `stop` go to the runner, `output` and `done` come from it. */
export const KINDS = ["run", "stop", "output", "done"] as const;

export type Kind = (typeof KINDS)[number];

export interface Frame {
  /** Of the run; chosen by the poller. */
  readonly id: number;
  readonly kind: Kind;
  readonly body: Buffer;
}

/** The body of `run`, as JSON. */
export interface Order {
  readonly command: readonly [string, ...string[]];
  readonly seconds: number;
  readonly maxBytes: number;
}

/** How a program fared: the body of `done`, as JSON. */
export interface Ending {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** The end of it. */
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly tooLarge: boolean;
  readonly failedToStart?: string;
}

const HEAD_BYTES = 9;
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export function encodeFrame(kind: Kind, id: number, body: Buffer = NOTHING): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(body.length, 0);
  head.writeUInt32BE(id, 4);
  head.writeUInt8(KINDS.indexOf(kind), 8);
  return Buffer.concat([head, body]);
}

export const encodeJson = (kind: Kind, id: number, body: Order | Ending): Buffer =>
  encodeFrame(kind, id, Buffer.from(JSON.stringify(body)));

/** Puts frames together that come in pieces. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #size = 0;
  /** Bytes that must be there before there is anything to read. */
  #wanted = HEAD_BYTES;

  /** The frames that end within the chunk. Throws for what is none. */
  *read(chunk: Buffer): Generator<Frame> {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    let rest = Buffer.concat(this.#pieces, this.#size);
    for (;;) {
      const length = rest.length < HEAD_BYTES ? 0 : rest.readUInt32BE(0);
      if (length > MAX_BODY_BYTES) throw new Error("a frame that is too long");
      this.#wanted = HEAD_BYTES + length;
      if (rest.length < this.#wanted) break;
      const kind = KINDS[rest.readUInt8(8)];
      if (!kind) throw new Error("a frame of an unknown kind");
      yield { id: rest.readUInt32BE(4), kind, body: rest.subarray(HEAD_BYTES, this.#wanted) };
      rest = rest.subarray(this.#wanted);
    }
    this.#pieces = [rest];
    this.#size = rest.length;
  }
}
