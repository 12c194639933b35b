import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Fault, type Reason } from "./source.ts";

export interface RegularFile {
  readonly bytes: Buffer;
  readonly mode: number;
  /** Epoch seconds. */
  readonly modified: number;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  ENXIO: "not a file",
  ELOOP: "links that go round",
  ENOTDIR: "no such file",
};

/** Why a file cannot be read; OpenSSL's own messages name its source files. */
export function unreadable(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? (code === "" ? message : code);
}

/**
 * Reads a whole file of `maxBytes` at most. What is no regular file is not read, so that neither a
 * pipe nor a device is waited for. Rejects with a Fault that names the file; its reason is
 * the one given, or `tooLarge`.
 */
export async function readRegular(
  path: string,
  {
    maxBytes,
    reason,
    tooLarge = reason,
  }: { readonly maxBytes: number; readonly reason: Reason; readonly tooLarge?: Reason },
): Promise<RegularFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const found = await file.stat();
    if (!found.isFile()) throw new Fault(reason, `${path}: not a file`);
    const bytes = await readUpTo(file, Math.min(found.size, maxBytes) + 1);
    if (bytes.length > maxBytes) throw new Fault(tooLarge, `${path}: more than ${maxBytes} bytes`);
    return { bytes, mode: found.mode, modified: found.mtimeMs / 1000 };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(reason, `${path}: ${unreadable(error)}`, { cause: error });
  } finally {
    await file?.close();
  }
}

/** As much as there is; what is appended meanwhile is for the next time. */
async function readUpTo(file: FileHandle, most: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(most);
  for (let filled = 0; ;) {
    const { bytesRead } = await file.read(buffer, filled, most - filled, filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === most) return buffer.subarray(0, filled);
  }
}
