/** Commands of a host: found on PATH, run under a deadline, never started again while one is stuck. */
import { accessSync, constants, statSync } from "node:fs";
import { faultOf } from "../waitmax/fault.ts";
import { run } from "../waitmax/run.ts";
import type { RunOptions } from "./section.ts";

const DEADLINE_SECONDS = 10;
const MAX_BYTES = 8 * 1024 * 1024;
/** Whether a program is there is looked up again after so long. */
const LOOK_AGAIN_SECONDS = 60;

type Command = readonly [string, ...string[]];

interface Found {
  readonly file: string | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly at: number;
}

export class Commands {
  readonly #path: string;
  readonly #found = new Map<string, Found>();
  /** Processes that were killed and live on, by command line. */
  readonly #stuck = new Map<string, readonly number[]>();

  /** `path` as in PATH: folders with a colon between them. */
  constructor(path: string) {
    this.#path = path;
  }

  /** What it writes to stdout; `undefined` where it is not installed. Throws when it fails. */
  async run(
    [program, ...args]: Command,
    { deadlineSeconds = DEADLINE_SECONDS, accept = [0] }: RunOptions = {},
  ): Promise<string | undefined> {
    const file = this.#find(program);
    if (file === undefined) return undefined;
    const line = [program, ...args].join(" ");
    const pids = this.#stuck.get(line);
    if (pids) throw new Error(`${line} is stuck: pid ${pids.join(" ")} cannot be killed`);
    const limits = { seconds: deadlineSeconds, maxBytes: MAX_BYTES };
    const env = { PATH: this.#path, LC_ALL: "C.UTF-8" };
    const outcome = await run([file, ...args.map(utf8)], { ...limits, env });
    if (outcome.stuck) {
      this.#stuck.set(line, outcome.stuck.pids);
      void outcome.stuck.gone.then(() => this.#stuck.delete(line));
    }
    const fault = faultOf(outcome, limits, accept);
    if (fault !== undefined) throw new Error(`${line} ${fault}`);
    return outcome.stdout.toString("latin1");
  }

  #find(program: string): string | undefined {
    const known = this.#found.get(program);
    const now = performance.now();
    if (known && now - known.at < LOOK_AGAIN_SECONDS * 1000) return known.file;
    const folders = this.#path.split(":").filter((folder) => folder !== "");
    const files = program.includes("/")
      ? [program]
      : folders.map((folder) => `${folder}/${program}`);
    const file = files.find(isExecutable);
    this.#found.set(program, { file, at: now });
    return file;
  }
}

/** An argument is bytes in a Latin-1 string, too; Node writes it as UTF-8. */
const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
