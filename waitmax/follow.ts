/** A program in our place: what is ours is its own, and its end is ours. */
import { spawn } from "node:child_process";
import type { Exit } from "./program.ts";

export interface Following {
  /** Absent where it cannot be started. */
  readonly pid: number | undefined;
  readonly ended: Promise<Exit | { readonly failedToStart: NodeJS.ErrnoException }>;
}

/** Starts a program with our stdin, stdout, stderr, environment and process group. */
export function follow([file, ...args]: readonly [string, ...string[]]): Following {
  const child = spawn(file, args, { stdio: "inherit" });
  const ended = new Promise<Awaited<Following["ended"]>>((resolve) => {
    child.once("error", (failedToStart) => resolve({ failedToStart }));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? { exitCode: code ?? 0 } : { signal }),
    );
  });
  return { pid: child.pid, ended };
}
