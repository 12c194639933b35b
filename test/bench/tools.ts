import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server as NetServer } from "node:net";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tree } from "./processes.ts";

/** The project's top folder, seen from dist/test/bench. */
export const top = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

export const shared = join(top, "..", "shared", "bench");

/** Builds the C farm and load generator; gives the folder they are in. */
export async function loadTools(): Promise<string> {
  if (!existsSync(join(shared, "farm.c"))) {
    process.stderr.write("the bench needs ../shared/bench, gcc and make\n");
    process.exit(1);
  }
  const out = join(top, ".roundsman", "bench");
  mkdirSync(out, { recursive: true });
  await output("make", ["-s", "-C", shared, `OUT=${out}`]);
  return out;
}

/** What a command prints; rejects unless it exits with 0. */
export function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.on("error", fail);
    child.on("close", (code) => {
      if (code === 0) done(text);
      else fail(new Error(`${command} ended with exit code ${String(code)}`));
    });
  });
}

export interface StartOptions {
  /** What its output or its errors say once it serves; without, it is not waited for. */
  readonly ready?: string;
  /** What ends it; SIGTERM unless told. */
  readonly signal?: NodeJS.Signals;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Starts a server; rejects if it ends before it is ready. */
export function start(
  command: string,
  args: readonly string[],
  { ready, signal = "SIGTERM", env }: StartOptions = {},
): Promise<Server> {
  const heard = ready ? "pipe" : "ignore";
  const child = spawn(command, args, {
    stdio: ["ignore", heard, heard],
    env: { ...process.env, ...env },
  });
  const server = { pid: child.pid ?? 0, stop: () => stop(child, signal) };
  if (!ready) return Promise.resolve(server);
  return new Promise((done, fail) => {
    let text = "";
    let isReady = false;
    const hear = (chunk: string): void => {
      if (isReady) return;
      text = (text + chunk).slice(-10_000);
      isReady = text.includes(ready);
      if (isReady) done(server);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", hear);
    child.on("error", fail);
    child.on("exit", (code) => fail(new Error(`${command} ended early: ${String(code)}: ${text}`)));
  });
}

export interface Server {
  readonly pid: number;
  stop(): Promise<void>;
}

const stop = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once("exit", () => done()).kill(signal);
  });

/** The farm as one host that serves these bytes. */
export async function startFarm(
  tools: string,
  { port, folder, payload }: { port: number; folder: string; payload: Buffer },
): Promise<Server> {
  const path = join(folder, "payload");
  writeFileSync(path, payload);
  const options = { "-p": port, "--payload": path, "--max-seconds": 600 };
  const args = Object.entries(options).flatMap(([flag, value]) => [flag, String(value)]);
  const farm = await start(join(tools, "farm"), ["--single", ...args]);
  if (!(await answers(port))) throw new Error("the farm does not answer");
  return farm;
}

/** Whether somebody accepts connections at a port of loopback, now or within 15 s. */
export const answers = (port: number): Promise<boolean> => answersAt("127.0.0.1", port);

export async function answersAt(address: string, port: number): Promise<boolean> {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    if (await accepts(address, port)) return true;
    await sleep(0.1);
  }
  return false;
}

const accepts = (address: string, port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, address)
      .on("error", () => done(false))
      .on("connect", () => {
        socket.destroy();
        done(true);
      });
  });

/** A folder for the time of a bench, and its end. */
export function temporary(): { readonly path: string; readonly end: () => void } {
  const path = mkdtempSync(join(tmpdir(), "roundsman-bench-"));
  const end = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  atEnd.push(end);
  return { path, end };
}

const atEnd: (() => void)[] = [];

/** Has whatever ends the bench, a failure or a signal, take along all that it started and wrote. */
export function leaveNothing(): void {
  process.on("exit", () => {
    for (const pid of tree(process.pid).slice(1)) endProcess(pid);
    for (const end of atEnd) end();
  });
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A port of loopback that was free a moment ago, below those that the kernel gives to clients. */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  return (await isFree(port)) ? port : freePort();
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer().on("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });

export function portOf(server: NetServer): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

export const sleep = (seconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, seconds * 1000));

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Prints rows below each other, columns aligned, the first one to the left; a row may end early. */
export function table(title: string, rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ");
  process.stdout.write(`\n${title}\n${rows.map((row) => `  ${line(row)}\n`).join("")}`);
}

/** What is being done, for who waits; on stderr, so that stdout holds the tables alone. */
export const progress = (what: string): void => void process.stderr.write(`… ${what}\n`);
