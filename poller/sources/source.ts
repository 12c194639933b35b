import type { Host } from "../targets/host.ts";

/** Why a poll failed; the values of a metric label. */
export const REASONS = [
  "refused",
  "unreachable",
  "dns",
  "timeout",
  "reset",
  "too_large",
  "empty",
  "truncated",
  "protocol",
  "policy",
  "secret",
  "tls",
  "program",
  "file",
  "stale",
] as const;

export type Reason = (typeof REASONS)[number];

/** What goes wrong on the way, in words that do not name the host. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly reason: Reason;
  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export class FetchError extends Error {
  override readonly name = "FetchError";
  readonly reason: Reason;
  /** What the attempt had spent until then. */
  readonly phases: Phases | undefined;
  /** `message` is for people: what happened, where. */
  constructor(reason: Reason, message: string, phases?: Phases) {
    super(message);
    this.reason = reason;
    this.phases = phases;
  }
}

/** Seconds a poll spent, apart: what was the host's time and what was ours. */
export interface Phases {
  /** Waiting for leave to connect or to ask for a name, for a free slot, for a turn: our time. */
  readonly wait: number;
  /** Until the name's addresses were there; absent where there is no name. */
  readonly dns?: number | undefined;
  /** From then until the connection stood. */
  readonly connect: number;
  /** From there until the first byte. */
  readonly firstByte: number;
  /** From the first byte until hands were shaken; absent without TLS. */
  readonly tls?: number | undefined;
  /** From then, or from the first byte, until all was read and opened, without the waiting. */
  readonly read: number;
  /** To take the report apart. */
  readonly parse?: number | undefined;
  /** To make services and samples of it. */
  readonly judge?: number | undefined;
  /** To write its metrics. */
  readonly render?: number | undefined;
}

export interface Fetched {
  /** All that the agent said, as plain text bytes. Other reports may overwrite them after `use`. */
  readonly bytes: Buffer;
  readonly phases: Phases;
}

/**
 * Gets a host's report and hands it to `use`, for as long as which the fetch keeps its slot; gives
 * what `use` gives. Rejects with a FetchError, with what `use` threw, or when `signal` aborts.
 */
export type Source = <T>(
  host: Host,
  signal: AbortSignal,
  use: (fetched: Fetched) => T | Promise<T>,
) => Promise<T>;
