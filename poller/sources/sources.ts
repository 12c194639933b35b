import { file } from "./file.ts";
import { program } from "./program.ts";
import type { Run } from "./runner.ts";
import type { Source } from "./source.ts";
import { common, tcp, type TcpLimits, type WatchedSource } from "./tcp.ts";

/** Fetches from each host in the way that it wants: over TCP, by a program, from a file. */
export function sources(limits: TcpLimits, run: Run): WatchedSource {
  const shared = common();
  const overTcp = tcp(limits, shared);
  const byProgram = program(run, shared);
  const fromFile = file(shared);
  const fetch: Source = (host, signal, use) => {
    const source = host.program ? byProgram : host.file ? fromFile : overTcp;
    return source(host, signal, use);
  };
  return Object.assign(fetch, { activity: () => overTcp.activity() });
}
