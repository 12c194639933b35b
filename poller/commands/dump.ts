import type { Config } from "../config.ts";
import { fetchReport } from "./fetch.ts";
import { configOf, hostOf, seconds } from "./usage.ts";

export interface DumpFlags {
  readonly config?: string;
  readonly timeout?: string;
}

/** The report of a host, byte by byte. Rejects with a FetchError. */
export function dump(name: string, { config: file, timeout }: DumpFlags): Promise<Buffer> {
  const config: Config = configOf(file);
  const host = hostOf(name, config);
  return fetchReport(timeout === undefined ? host : { ...host, timeoutSeconds: seconds(timeout) });
}
