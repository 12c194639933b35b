#!/usr/bin/env node
/** The command `waitmax`: see usage.ts. */
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import type { Take } from "./pipe.ts";
import { endAll, run } from "./run.ts";
import { parseUsage } from "./usage.ts";

const TIME_IS_UP = 255;
const NOT_STARTED = 253;
const WRONG_USAGE = 1;
const DIED_OF = 128;

// The manifest lies one folder above the sources and two above what is built from them.
const version = (): string =>
  ["../package.json", "../../package.json"]
    .map((path) => new URL(path, import.meta.url))
    .filter((url) => existsSync(url))
    .map((url) => (JSON.parse(readFileSync(url, "utf8")) as { version: string }).version)
    .join();

/** Writes on, each chunk to its end; once nobody reads any more, all is over. */
const to =
  (stream: Writable): Take =>
  (chunk) =>
    new Promise((resolve) => stream.write(chunk, () => resolve()));

function leave(code: number): never {
  endAll();
  process.exit(code);
}

const died = (signal: NodeJS.Signals): number => DIED_OF + constants.signals[signal];

const request = parseUsage(process.argv.slice(2), version());
if ("text" in request) {
  (request.asked ? process.stdout : process.stderr).write(request.text);
  process.exit(request.asked ? 0 : WRONG_USAGE);
}

const abort = new AbortController();
let caught: NodeJS.Signals | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (caught) leave(died(signal));
    caught = signal;
    abort.abort();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", () => leave(died("SIGPIPE")));
}

const { exitCode, signal, timedOut, failedToStart } = await run(request.command, {
  ...request,
  onStdout: to(process.stdout),
  onStderr: to(process.stderr),
  maxBytes: Infinity,
  abort: abort.signal,
});
if (failedToStart !== undefined) process.stderr.write(`waitmax: ${failedToStart}\n`);
if (caught) leave(died(caught));
if (timedOut) leave(TIME_IS_UP);
if (failedToStart !== undefined) leave(NOT_STARTED);
leave(signal ? died(signal) : (exitCode ?? TIME_IS_UP));
