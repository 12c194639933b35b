import { deflate, inflate } from "node:zlib";
import { promisify } from "node:util";

/**
 * TLS on the agent's port: the agent says `16`, then both shake hands on the same socket with the
 * agent as the server. What it sends inside is one frame: 2 bytes of version, 1 of compression, the
 * body. Source: wire/README.md, "TLS".
 */
export const TLS_UPGRADE = "16";

export type FrameFault = "unknown" | "cut off" | "damaged" | "too large";

/** The frame cannot be read: of another version, cut off, damaged, or larger than is allowed. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly fault: FrameFault;
  constructor(fault: FrameFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

const VERSION = 0;
const NONE = 0;
const ZLIB = 1;
const HEAD_BYTES = 3;

const zip = promisify(deflate);
const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/** A report as it travels inside TLS. Compressed off the event loop, to about a fifth. */
export async function frame(body: Buffer, { compress }: { compress: boolean }): Promise<Buffer> {
  const head = Buffer.of(VERSION >> 8, VERSION, compress ? ZLIB : NONE);
  return Buffer.concat([head, compress ? await zip(body) : body]);
}

/**
 * The report of a frame, of at most `maxBytes` (1 or more) once it is inflated; what would inflate
 * to more is not. Bytes behind the end of a compressed body are ignored. Throws FrameError.
 */
export async function unframe(bytes: Buffer, { maxBytes }: { maxBytes: number }): Promise<Buffer> {
  if (bytes.length < HEAD_BYTES)
    throw new FrameError("cut off", "cut off within the head of its TLS frame");
  const version = bytes.readUInt16BE(0);
  if (version !== VERSION)
    throw new FrameError("unknown", `unknown version ${version} of the TLS frame`);
  const compression = bytes.readUInt8(2);
  const body = bytes.subarray(HEAD_BYTES);
  if (compression === ZLIB) return inflateBody(body, maxBytes);
  if (compression !== NONE)
    throw new FrameError("unknown", `unknown compression ${compression} in the TLS frame`);
  if (body.length > maxBytes) throw new FrameError("too large", `longer than ${maxBytes} bytes`);
  return body;
}

async function inflateBody(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw new FrameError("too large", `longer than ${maxBytes} bytes once inflated`);
    if (code === "Z_BUF_ERROR")
      throw new FrameError("cut off", "cut off within its compressed body");
    throw new FrameError("damaged", "its compressed body is damaged", { cause: error });
  }
}
