import type { Phases } from "./source.ts";

/** Where a fetch is: before the first two bytes, before a handshake, in the middle, at the end. */
export type Stage = "greeting" | "upgrading" | "reading" | "opening";

/** When what was reached of a fetch, in milliseconds of the monotonic clock. */
export interface Progress {
  readonly stage: Stage;
  readonly startedAt: number;
  readonly connectedAt: number | undefined;
  readonly firstAt: number | undefined;
  /** Whether the agent was asked to shake hands. */
  readonly upgraded: boolean;
  readonly securedAt: number | undefined;
  /** Milliseconds before it might connect. */
  readonly queued: number;
  /** Milliseconds since. */
  readonly waited: number;
  /** Milliseconds of them before hands were shaken. */
  readonly waitedBefore: number;
}

/** What a fetch has spent until now. */
export function phasesOf(progress: Progress): Phases {
  const now = performance.now();
  const { startedAt, connectedAt = now, firstAt = now, upgraded, securedAt = now } = progress;
  const { queued, waited, waitedBefore } = progress;
  const readFrom = upgraded ? securedAt : firstAt;
  return {
    connect: (connectedAt - startedAt) / 1000,
    firstByte: (firstAt - connectedAt) / 1000,
    wait: (queued + waited) / 1000,
    ...(upgraded ? { tls: Math.max(readFrom - firstAt - waitedBefore, 0) / 1000 } : {}),
    read: Math.max(now - readFrom - (waited - waitedBefore), 0) / 1000,
  };
}

/** What it is that has taken so long. */
export function lateness(seconds: number, { stage, ...progress }: Progress): string {
  const { connectedAt, firstAt, upgraded, securedAt } = progress;
  if (connectedAt === undefined) return `no connection within ${seconds} s`;
  if (stage === "opening") return `not deciphered within ${seconds} s`;
  if (stage === "upgrading" || (upgraded && securedAt === undefined))
    return `hands not shaken within ${seconds} s`;
  if (firstAt === undefined) return `connected, but silent for ${seconds} s`;
  return `still sending after ${seconds} s`;
}
