/** One command, one deadline, one process group. */
import { setMaxListeners } from "node:events";
import { closeSync, openSync } from "node:fs";
import { survivors, type Stuck } from "./group.ts";
import { drain, gather, tail, type Take } from "./pipe.ts";
import { lead, type Exit, type Program } from "./program.ts";

export { endAll } from "./program.ts";

/** From the first signal until `run` is back, whatever the program does. */
const LAST_MOMENT_SECONDS = 2;
/** From the first signal until SIGKILL: early enough to see the end of what it kills. */
const KILL_SECONDS = 1.8;
/** For how long the rest of a group may take to die once its leader is dead. */
const DYING_SECONDS = 0.1;
/** What a timer of Node can hold: 2^31 - 1 ms. */
const MAX_SECONDS = 2_147_483;
const MAX_BYTES = 16 * 1024 * 1024;
const STDERR_BYTES = 4096;
const NEWLINE = 10;
/** What a spawn needs at most: two ends each of stdout, of stderr, and of Node's own pipe. */
const DESCRIPTORS = 8;

export interface Limits {
  /** Until the program is ended; 24 days at most. */
  readonly seconds: number;
  /** What it is sent first, before SIGKILL; SIGTERM unless told. */
  readonly signal?: NodeJS.Signals | number;
  /** Of stdout; 16 MiB unless told. Beyond that the program is killed. */
  readonly maxBytes?: number;
  /** Takes stdout as it comes, as fast as it can, instead of keeping it; must not fail. */
  readonly onStdout?: Take;
  /** Takes stderr likewise. */
  readonly onStderr?: Take;
  /** The whole environment; that of this process unless told. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Ends the program as its deadline does. */
  readonly abort?: AbortSignal;
  /** What it is sent when this process ends; SIGKILL unless told. */
  readonly atExit?: NodeJS.Signals;
}

/** How a program fared. No exit code and no signal: it could not be started, or is stuck. */
export interface Outcome extends Exit {
  /** Of the program, and of its group. */
  readonly pid?: number;
  /** Whole lines only, up to `maxBytes`, where the program did not end by itself. */
  readonly stdout: Buffer;
  /** The last 4 KiB. */
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly tooLarge: boolean;
  readonly failedToStart?: string;
  readonly seconds: number;
  /** What of the group outlived SIGKILL. */
  readonly stuck?: Stuck;
}

/**
 * Runs a program to its end or its deadline. Never rejects for what the program does, and is back
 * two seconds after the deadline at the latest. What the program leaves running in its group is
 * killed; what made a group or session of its own lives on, without the pipe.
 */
export async function run(
  command: readonly [string, ...string[]],
  limits: Limits,
): Promise<Outcome> {
  const { maxBytes = MAX_BYTES, signal = "SIGTERM", abort } = limits;
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  const program = await start(command, limits);
  if ("failedToStart" in program) return { ...NOTHING, ...program, seconds: seconds() };

  let [cut, timedOut, tooLarge] = [false, false, false];
  let exit: Exit | undefined;
  let over: (() => void) | undefined;
  const lastMoment = new Promise<void>((resolve) => (over = resolve));
  const timers: NodeJS.Timeout[] = [];
  const after = (delay: number, act: () => void): void =>
    void timers.push(setTimeout(act, Math.min(delay, MAX_SECONDS) * 1000));

  const end = (first: NodeJS.Signals | number): void => {
    if (cut) return;
    cut = true;
    program.signal(first);
    program.signal("SIGCONT");
    after(KILL_SECONDS, () => program.signal("SIGKILL"));
    after(LAST_MOMENT_SECONDS, () => over?.());
  };
  const stop = (): void => end(signal);

  const output = gather(limits.onStdout ? 0 : maxBytes);
  const take: Take = limits.onStdout ?? output.add;
  const complaints = tail(STDERR_BYTES);
  let bytes = 0;
  const stdout = drain(program.stdout, (chunk) => {
    bytes += chunk.length;
    tooLarge = bytes > maxBytes;
    if (tooLarge) {
      end("SIGKILL");
      stdout.close();
    }
    return take(tooLarge ? chunk.subarray(0, maxBytes - bytes) : chunk);
  });
  const stderr = drain(program.stderr, limits.onStderr ?? complaints.add);

  // A program that ended while this process was busy is seen to have ended before it is judged.
  const judge = (): void => {
    timedOut = !exit && !cut;
    stop();
  };
  after(limits.seconds, () => setImmediate(judge));
  if (abort) {
    setMaxListeners(0, abort);
    abort.addEventListener("abort", stop);
    if (abort.aborted) stop();
  }

  const drained = program.ended.then(async (how) => {
    exit = how;
    await Promise.all([stdout.quiet(), stderr.quiet()]);
  });
  await Promise.race([drained, lastMoment]);
  stdout.close();
  stderr.close();
  timers.forEach(clearTimeout);
  abort?.removeEventListener("abort", stop);
  const stuck = await survivors(program.group, exit ? DYING_SECONDS : 0);
  return {
    ...exit,
    pid: program.group,
    stdout: cut || exit?.signal ? wholeLines(output.bytes()) : output.bytes(),
    stderr: complaints.text(),
    timedOut,
    tooLarge,
    ...(stuck ? { stuck } : {}),
    seconds: seconds(),
  };
}

const NOTHING = { stdout: Buffer.alloc(0), stderr: "", timedOut: false, tooLarge: false };

const wholeLines = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);

/** Starts a program with /dev/null as its stdin, or says why it cannot be started. */
async function start(
  [file, ...args]: readonly [string, ...string[]],
  { env, cwd, atExit = "SIGKILL" }: Limits,
): Promise<Program | { readonly failedToStart: string }> {
  try {
    const { execa } = await import("execa");
    requireDescriptors();
    const child = execa(file, args, {
      detached: true,
      stdin: "ignore",
      buffer: false,
      reject: false,
      ...(env ? { env, extendEnv: false } : {}),
      ...(cwd === undefined ? {} : { cwd }),
    });
    const { pid: group } = child;
    if (group === undefined) return { failedToStart: (await child).originalMessage ?? "unknown" };
    return lead(group, child, atExit);
  } catch (error) {
    return { failedToStart: (error as Error).message };
  }
}

/**
 * Throws where descriptors run short. A spawn that lacks them is announced by an event which nobody
 * can have subscribed to before execa itself has failed, and would end this process.
 */
function requireDescriptors(): void {
  const spare: number[] = [];
  try {
    for (let i = 0; i < DESCRIPTORS; i++) spare.push(openSync("/dev/null", "r"));
  } finally {
    spare.forEach(closeSync);
  }
}
