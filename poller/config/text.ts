import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { ConfigError } from "../yaml.ts";

const MAX_BYTES = 32 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** What a shell hands over: `--config <(…)`, or piped in. */
const HANDED = /^\/(dev\/stdin|(dev|proc\/self)\/fd\/\d+)$/;

const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * Reads the text of a config. What is no regular file is not read, so that neither a pipe nor a device
 * is waited for; with `mayBeHanded` what a shell hands over is, though it is to be had once only.
 * Throws a ConfigError, or a system error.
 */
export function configText(file: string, { mayBeHanded = false } = {}): string {
  const isHanded = mayBeHanded && HANDED.test(file);
  const descriptor = openSync(file, O_RDONLY | O_NOCTTY | (isHanded ? 0 : O_NONBLOCK));
  try {
    const found = fstatSync(descriptor);
    // That it is a folder is told by who reads it.
    if (!found.isFile() && !found.isDirectory() && !isHanded)
      throw new ConfigError([`cannot read ${file}: it is no regular file`]);
    return upTo(MAX_BYTES, descriptor, file);
  } finally {
    closeSync(descriptor);
  }
}

function upTo(most: number, descriptor: number, file: string): string {
  const chunks: Buffer[] = [];
  for (let size = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks).toString();
    size += length;
    if (size > most) throw new ConfigError([`cannot read ${file}: more than ${most} bytes`]);
    chunks.push(chunk.subarray(0, length));
  }
}
