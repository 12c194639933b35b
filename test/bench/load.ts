/** What clients see of a server under load. */
import { join } from "node:path";
import { median, output } from "./tools.ts";

export interface Load {
  readonly ok: number;
  readonly failed: number;
  readonly fetches_per_s: number;
  readonly bytes_per_fetch: number;
  readonly ms_p50: number;
  readonly ms_p95: number;
  readonly ms_p99: number;
  readonly ms_max: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly clients: number;
  readonly fetches: number;
  /** After so many no fetch is begun; 60 unless told. */
  readonly seconds?: number;
  /** Fetches a second, however long they take; else each client fetches again once it has an answer. */
  readonly rate?: number;
  /** Files with what to send, on a connection each; without, one connection that sends nothing. */
  readonly requests?: readonly string[];
  /** Of an answer; 64 MiB unless told. */
  readonly maxBytes?: number;
}

const FAULTS = ["refused", "timeout", "reset", "short", "too_big", "other"] as const;

/** One run of fetchload, built in the folder `tools`. */
export async function fetchLoad(tools: string, options: LoadOptions): Promise<Load> {
  const { port, clients, fetches, seconds = 60, rate, requests = [], maxBytes } = options;
  const args = {
    "-p": port,
    "-c": clients,
    "-n": fetches,
    "-t": seconds,
    ...(rate && { "--rate": rate }),
    ...(maxBytes && { "--max-bytes": maxBytes }),
  };
  const text = await output(join(tools, "fetchload"), [
    "--json",
    ...Object.entries(args).flatMap(([flag, value]) => [flag, String(value)]),
    ...requests.flatMap((path) => ["--req", path]),
  ]);
  const said = JSON.parse(text) as Load & Record<(typeof FAULTS)[number], number>;
  return { ...said, failed: FAULTS.reduce((sum, fault) => sum + said[fault], 0) };
}

/** Figure by figure the median of several runs. */
function medianLoad(loads: readonly Load[]): Load {
  const of = (key: keyof Load): number => median(loads.map((load) => load[key]));
  return {
    ok: of("ok"),
    failed: of("failed"),
    fetches_per_s: of("fetches_per_s"),
    bytes_per_fetch: of("bytes_per_fetch"),
    ms_p50: of("ms_p50"),
    ms_p95: of("ms_p95"),
    ms_p99: of("ms_p99"),
    ms_max: of("ms_max"),
  };
}

/** Loads several servers in turns, so that all have the same weather; the first turn warms up. */
export async function inTurns<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, () => Promise<Load>>>,
): Promise<Record<Name, Load>> {
  const turns = Object.entries<() => Promise<Load>>(runs).map(([name, run]) => ({
    name,
    run,
    loads: [] as Load[],
  }));
  for (let round = 0; round <= rounds; round++)
    for (const { run, loads } of turns) {
      const load = await run();
      if (round > 0) loads.push(load);
    }
  const medians = turns.map(({ name, loads }) => [name, medianLoad(loads)]);
  return Object.fromEntries(medians) as Record<Name, Load>;
}
