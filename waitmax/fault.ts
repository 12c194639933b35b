/** What went wrong with a program, for people. */
import type { Outcome } from "./run.ts";

/** The limits that are named where they were hit. */
export interface NamedLimits {
  readonly seconds: number;
  readonly maxBytes: number;
}

/** Why an outcome is no answer, or no whole one; `undefined` where the program ended well. */
export function faultOf(
  { failedToStart, timedOut, tooLarge, stuck, signal, exitCode, stderr }: Outcome,
  { seconds, maxBytes }: NamedLimits,
  accept: readonly number[] = [0],
): string | undefined {
  if (failedToStart !== undefined) return `cannot be started: ${failedToStart}`;
  if (stuck) return `cannot be killed: pid ${stuck.pids.join(" ")}`;
  if (timedOut) return `took longer than ${seconds} s`;
  if (tooLarge) return `wrote more than ${maxBytes} bytes`;
  if (signal !== undefined) return `died of ${signal}`;
  if (exitCode === undefined || accept.includes(exitCode)) return undefined;
  const complaint = stderr.trimEnd().split("\n").at(-1) ?? "";
  return `ended with exit code ${exitCode}${complaint && `: ${complaint}`}`;
}
