/** How long a server's event loop is held, seen from outside. */
import { fork } from "node:child_process";
import { once } from "node:events";
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
  const beats = async (): Promise<Beats> => {
    child.send("beats");
    const [told] = (await once(child, "message")) as [Beats];
    return told;
  };
  await sleep(1);
  // What it does first is slow on both sides.
  await beats();
  return { beats, stop: () => child.disconnect() };
}
