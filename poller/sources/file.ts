import pLimit from "p-limit";
import { formatDuration } from "../units.ts";
import type { Host } from "../targets/host.ts";
import { Deadline } from "./deadline.ts";
import { fetchErrorOf } from "./failures.ts";
import { readRegular } from "./regular_file.ts";
import { Fault, type Phases, type Source } from "./source.ts";
import type { Common } from "./tcp.ts";

/**
 * Files that are read at once. One on a mount that hangs keeps a thread of libuv's pool of four for
 * as long as it hangs, and names must go on being looked up there.
 */
const AT_ONCE = 1;

/** Fetches from files that something else writes; what was not written lately is no report. */
export function file({ turns, opener }: Common): Source {
  const reading = pLimit(AT_ONCE);

  return async (host, signal, use) => {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const phases = (): Phases => ({
      connect: 0,
      firstByte: 0,
      wait: 0,
      read: (performance.now() - startedAt) / 1000,
    });
    let over = false;
    const read = async (): Promise<Buffer> =>
      // Whose time was up before its turn came.
      opener.open(await reading(() => (over ? Buffer.alloc(0) : readFresh(host))), host);
    const bytes = await within(host.timeoutSeconds, signal, read)
      .catch(async (error: unknown) => {
        signal.throwIfAborted();
        throw await fetchErrorOf(error, host, phases());
      })
      .finally(() => (over = true));
    const spent = phases();
    return turns.take((waited) => use({ bytes, phases: { ...spent, wait: waited } }));
  };
}

async function readFresh({ file, maxBytes }: Host): Promise<Buffer> {
  if (!file) throw new Fault("file", "none is configured");
  const { bytes, modified } = await readRegular(file.path, {
    maxBytes,
    reason: "file",
    tooLarge: "too_large",
  });
  const age = Math.round(Date.now() / 1000 - modified);
  const limit = file.maxAgeSeconds;
  if (age > limit)
    throw new Fault(
      "stale",
      `written ${formatDuration(age)} ago; after ${formatDuration(limit)} it is too old`,
    );
  if (bytes.length === 0) throw new Fault("empty", "the file is empty");
  return bytes;
}

/** What the work gives, unless the time is up or the signal aborts before. */
function within<T>(seconds: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new Fault("timeout", `not read within ${seconds} s (does a mount hang?)`));
    const stopped = (): void => reject(new DOMException("The poll was stopped.", "AbortError"));
    const deadline = new Deadline(seconds, late);
    signal.addEventListener("abort", stopped);
    void work()
      .then(resolve, reject)
      .finally(() => {
        deadline.stop();
        signal.removeEventListener("abort", stopped);
      });
  });
}
