/** A program as the leader of a process group, and all groups that run. Source: setsid(2), kill(2). */
import type { Readable } from "node:stream";
import { signalGroup } from "./group.ts";

export interface Exit {
  readonly exitCode?: number;
  /** Which the program died of. */
  readonly signal?: NodeJS.Signals;
}

export interface Program {
  readonly group: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the leader is reaped; what it left in its group has been sent SIGKILL by then. */
  readonly ended: Promise<Exit>;
  /** Signals the group, unless its leader is reaped and its number may be another's. */
  signal(signal: NodeJS.Signals | number): void;
}

/** Groups whose leader is not reaped yet, and what each is sent when this process ends. */
const running = new Map<number, NodeJS.Signals>();

/** Ends every group that runs. */
export function endAll(): void {
  for (const [group, signal] of running) signalGroup(group, signal);
}
process.once("exit", endAll);

/** What a child process is to us. */
export interface Child {
  readonly stdout: Readable;
  readonly stderr: Readable;
  once(event: "exit", act: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
}

/**
 * Takes charge of a process that leads a group; to be called in the turn in which it is started.
 * `atExit`: what the group is sent when this process ends before it.
 */
export function lead(group: number, child: Child, atExit: NodeJS.Signals): Program {
  running.set(group, atExit);
  return {
    group,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        running.delete(group);
        signalGroup(group, "SIGKILL");
        resolve(signal === null ? { exitCode: code ?? 0 } : { signal });
      });
    }),
    signal(signal) {
      if (running.has(group)) signalGroup(group, signal);
    },
  };
}
