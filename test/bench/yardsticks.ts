/** What fetching alone costs, without looking at what comes. */
import { join } from "node:path";
import type { Fleet } from "./fleet.ts";
import { output, top } from "./tools.ts";

export interface Fetching {
  /** Milliseconds of CPU per fetch. */
  readonly cpuMs: number;
  readonly perSecond: number;
}

const ROUNDS = 2;
const CONCURRENCY = 64;

/** In Node. */
export async function bareNode({ hosts, octet, port }: Fleet): Promise<Fetching> {
  const args = [hosts, octet, port, ROUNDS, CONCURRENCY].map(String);
  const text = await output(process.execPath, [join(top, "dist/test/bench/bare.js"), ...args]);
  return JSON.parse(text) as Fetching;
}

/** In C; its CPU is that which the kernel charges it. */
export async function fetchOnly(tools: string, { hosts, octet, port }: Fleet): Promise<Fetching> {
  const text = await output(join(tools, "fetchload"), [
    ...["--json", "--hosts", String(hosts), "--octet", String(octet), "-p", String(port)],
    ...["-c", String(CONCURRENCY), "-n", String(hosts * ROUNDS), "-t", "60"],
  ]);
  const said = JSON.parse(text) as Record<string, number>;
  return {
    cpuMs: ((said["client_cpu_s"] ?? NaN) / (said["ok"] ?? NaN)) * 1000,
    perSecond: said["fetches_per_s"] ?? NaN,
  };
}
