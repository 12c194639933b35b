/**
 * The runner: a small process that starts programs for the poller, because starting one costs a big
 * process a copy of its page tables. It serves one connection and ends with it.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { endAll, run } from "../../waitmax/run.ts";
import { encodeFrame, encodeJson, FrameReader, type Frame, type Order } from "./frames.ts";

/** Bytes that may wait for the poller before programs have to. */
const MAX_WAITING_BYTES = 1024 * 1024;

const leave = (): void => {
  endAll();
  process.exit(0);
};

const poller = connect(process.argv[2] ?? "")
  .on("close", leave)
  .on("error", leave);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);

const running = new Map<number, AbortController>();

async function obey(id: number, { command, seconds, maxBytes }: Order): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const { exitCode, signal, stderr, timedOut, tooLarge, failedToStart } = await run(command, {
    seconds,
    maxBytes,
    abort: abort.signal,
    onStdout: async (chunk) => {
      poller.write(encodeFrame("output", id, chunk));
      if (poller.writableLength > MAX_WAITING_BYTES) await once(poller, "drain");
    },
  });
  running.delete(id);
  poller.write(
    encodeJson("done", id, {
      stderr,
      timedOut,
      tooLarge,
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
      ...(failedToStart !== undefined && { failedToStart }),
    }),
  );
}

function heed({ id, kind, body }: Frame): void {
  if (kind === "run") void obey(id, JSON.parse(body.toString()) as Order);
  else running.get(id)?.abort();
}

// As many wait for it as programs run.
poller.setMaxListeners(0);
const frames = new FrameReader();
poller.on("data", (chunk) => {
  for (const frame of frames.read(chunk)) heed(frame);
});
