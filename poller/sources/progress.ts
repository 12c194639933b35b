import { Fault, type Phases } from "./source.ts";

/** Where a fetch is: before the first two bytes, before a handshake, in the middle, at the end. */
export type Stage = "greeting" | "upgrading" | "reading" | "opening";

/** How far a fetch got, and when, in milliseconds of the monotonic clock. */
export class Progress {
  stage: Stage = "greeting";
  readonly startedAt = performance.now();
  /** Whether there is a name to be looked up. */
  named = false;
  resolvedAt: number | undefined;
  connectedAt: number | undefined;
  firstAt: number | undefined;
  /** Whether the agent was asked to shake hands. */
  upgraded = false;
  securedAt: number | undefined;
  /** Milliseconds for which it waited, of its own accord, until its name was known. */
  waitedForName = 0;
  /** The same until it might shake hands. */
  waitedForHands = 0;
  readonly #queued: number;

  /** `queued`: milliseconds before it might begin. */
  constructor(queued: number) {
    this.#queued = queued;
  }

  /** What it has spent until now, `waited` milliseconds of it waiting. */
  phases(waited: number): Phases {
    const now = performance.now();
    const { startedAt, connectedAt = now, firstAt = now, securedAt = now } = this;
    const { named, upgraded, resolvedAt } = this;
    const beforeConnect = named ? (resolvedAt ?? now) : startedAt;
    const waitedForName = named && resolvedAt === undefined ? waited : this.waitedForName;
    const waitedForHands = upgraded ? this.waitedForHands : waitedForName;
    const readFrom = upgraded ? securedAt : firstAt;
    return {
      wait: (this.#queued + waited) / 1000,
      ...(named && { dns: seconds(beforeConnect - startedAt - waitedForName) }),
      connect: seconds(connectedAt - beforeConnect),
      firstByte: seconds(firstAt - connectedAt),
      ...(upgraded && { tls: seconds(securedAt - firstAt - (waitedForHands - waitedForName)) }),
      read: seconds(now - readFrom - (waited - waitedForHands)),
    };
  }

  /** What it is that has taken all of so many seconds. */
  lateness(limit: number): Fault {
    const within = `within ${limit} s`;
    const { stage, connectedAt, firstAt, upgraded, securedAt } = this;
    if (this.named && this.resolvedAt === undefined)
      return new Fault("dns", `the name was not looked up ${within}`);
    const late = (what: string): Fault => new Fault("timeout", what);
    if (connectedAt === undefined) return late(`no connection ${within}`);
    if (stage === "opening") return late(`not deciphered ${within}`);
    if (stage === "upgrading" || (upgraded && securedAt === undefined))
      return late(`hands not shaken ${within}`);
    if (firstAt === undefined) return late(`connected, but silent for ${limit} s`);
    return late(`still sending after ${limit} s`);
  }
}

const seconds = (milliseconds: number): number => Math.max(milliseconds, 0) / 1000;
