import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

export interface Running {
  readonly pid: number;
  /** Whatever it has written so far to stdout and stderr. */
  output(): string;
  /** Sends the signal, if it still runs, and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a program, ended with the test at the latest; resolves once its output holds `ready`. */
export function startProgram(
  path: string,
  args: readonly string[],
  ready: string,
): Promise<Running> {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => {
    child.once("close", done);
  });
  let text = "";
  const running: Running = {
    pid: child.pid ?? 0,
    output: () => text,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
  onTestFinished(() => void running.stop("SIGKILL"));
  return new Promise((done, fail) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes(ready)) done(running);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", fail);
    void ended.then((code) => fail(new Error(`${path} ended with ${String(code)}: ${text}`)));
  });
}

/** Runs a program to its end; rejects unless it exits with 0. */
export const runProgram = promisify(execFile);

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "roundsman-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** For programs that cannot tell which port they were given: one that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Waits until `act` gives something other than `undefined`; what it throws counts as not yet. */
export async function eventually<T>(
  act: () => Promise<T | undefined> | T | undefined,
  seconds = 45,
): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (let last: unknown; ;) {
    try {
      const value = await act();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > until) throw new Error(`not within ${seconds} s`, { cause: last });
    await new Promise((done) => setTimeout(done, 100));
  }
}
