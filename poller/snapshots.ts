import type { Result } from "./judge/check.ts";
import type { Previous } from "./judge/evaluate.ts";
import type { Drops, Fragments } from "./render.ts";
import type { Phases, Reason } from "./sources/source.ts";
import type { Host } from "./targets/host.ts";

/** A service as a check of this poll left it. */
export interface Service extends Result {
  /** The check that gave it: the section's name. */
  readonly check: string;
}

/** How often each thing went wrong since the poller started. */
export type ErrorCounts = Readonly<Partial<Record<Reason, number>>>;

/** Why nothing came, or what was wrong with what came. */
export interface Failure {
  readonly reason: Reason;
  /** For people. */
  readonly message: string;
}

/** What was made of the last report that came. */
export interface Outcome {
  /** Epoch seconds at which it came. */
  readonly at: number;
  readonly bytes: number;
  readonly services: readonly Service[];
  /** Hosts whose data this one carried along. */
  readonly piggybacked: readonly string[];
  /** Metrics, rendered, in the order of the report's families. */
  readonly fragments: Fragments;
  readonly drops: Drops;
  /** What the next poll compares with. */
  readonly previous: Previous;
}

/** All that the poller knows of one host after a poll; never changed once made. */
export interface Snapshot {
  readonly host: Host;
  /** Epoch seconds at the end of the poll. */
  readonly at: number;
  /** Whether a report came; one that was cut off counts as come. */
  readonly up: boolean;
  readonly failure?: Failure;
  readonly errors: ErrorCounts;
  /** Epoch seconds of the last report that came. */
  readonly lastSuccess?: number | undefined;
  /** Polls in a row that failed, this one included. */
  readonly missed: number;
  readonly seconds: number;
  readonly phases?: Phases;
  /** Metrics about the poll, rendered, in the order of the poll's families. */
  readonly fragments: Fragments;
  /** Of the last report; gone when too many polls were missed. */
  readonly outcome?: Outcome | undefined;
}

/** The latest snapshot of each host. */
export class Snapshots {
  readonly #latest = new Map<string, Snapshot>();

  get(name: string): Snapshot | undefined {
    return this.#latest.get(name);
  }

  set(snapshot: Snapshot): void {
    this.#latest.set(snapshot.host.name, snapshot);
  }

  delete(name: string): void {
    this.#latest.delete(name);
  }

  /** As they are now; later polls do not show in it. */
  all(): readonly Snapshot[] {
    return [...this.#latest.values()];
  }
}
