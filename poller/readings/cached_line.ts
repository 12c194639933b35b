/** `cached(TIME,INTERVAL) ` before a line that its agent did not make for this report. */
import { type Cached, parseCached } from "../../wire/header.ts";
import type { Finding } from "../judge/findings.ts";
import { duration, percent } from "../judge/format.ts";

const PREFIX = /^cached\(([^) ]*)\) +/;

/** The line without its prefix; what is not well formed stays part of the line. */
export function uncached(whole: string): { cached?: Cached | undefined; line: string } {
  const prefix = PREFIX.exec(whole);
  const cached = parseCached(prefix?.[1] ?? "");
  return prefix && cached && Number.isFinite(cached.at) && Number.isFinite(cached.interval)
    ? { cached, line: whole.slice(prefix[0].length) }
    : { line: whole };
}

export function cachedAge({ at, interval }: Cached, now: number): Finding {
  const old = Math.max(0, now - at);
  const lifespan = interval > 0 ? `, ${percent(old / interval)} of its interval` : "";
  return {
    text: `cached: ${duration(old)} old, interval ${duration(interval)}${lifespan}`,
    quiet: true,
  };
}
