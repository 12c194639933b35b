import type { Phases } from "./source.ts";

/** When the stages of a fetch were reached, in milliseconds of the monotonic clock. */
export interface Progress {
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
}

/** What a fetch has spent until now. */
export function phasesOf(progress: Progress): Phases {
  const now = performance.now();
  const { startedAt, connectedAt = now, firstAt = now, upgraded, securedAt = now } = progress;
  const { queued, waited } = progress;
  const readFrom = upgraded ? securedAt : firstAt;
  return {
    connect: (connectedAt - startedAt) / 1000,
    firstByte: (firstAt - connectedAt) / 1000,
    wait: (queued + waited) / 1000,
    ...(upgraded ? { tls: (readFrom - firstAt) / 1000 } : {}),
    read: (now - readFrom - waited) / 1000,
  };
}
