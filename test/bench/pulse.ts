/** How long a server's event loop is held, seen from outside. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { sleep, top } from "./tools.ts";

/** Milliseconds that a request for next to nothing took. */
export interface Beats {
  readonly usual: number;
  readonly worst: number;
  readonly count: number;
}

export interface Pulse {
  /** Those since this was last asked for. */
  beats(): Promise<Beats>;
  stop(): void;
}

/** Feels the pulse of a poller from another process, about every two milliseconds. */
export async function feelPulse(port: number): Promise<Pulse> {
  const child = fork(join(top, "dist/test/bench/pulse_probe.js"), [String(port)]);
  const beats = (): Promise<Beats> =>
    new Promise((done, fail) => {
      const ended = (): void => fail(new Error("the pulse has stopped"));
      child.once("exit", ended);
      child.once("message", (told: unknown) => {
        child.off("exit", ended);
        done(told as Beats);
      });
      child.send("beats", (error) => error && fail(error));
    });
  await sleep(1);
  // What it does first is slow on both sides.
  await beats();
  return { beats, stop: () => void child.kill() };
}
