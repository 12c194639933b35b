import { readFile, stat } from "node:fs/promises";
import { unread } from "./usage.ts";

/** A report that somebody saved, and when, in epoch seconds. */
interface Input {
  readonly bytes: Buffer;
  readonly at: number;
}

/** Reads a file, or what is piped in where it is called `-`. Rejects with a UsageError. */
export async function readInput(path: string): Promise<Input> {
  const file = path === "-" ? "/dev/stdin" : path;
  try {
    const [bytes, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
    return { bytes, at: mtimeMs / 1000 };
  } catch (error) {
    throw unread(path, error);
  }
}
