import type { Account } from "./account.ts";
import type { Families, Times } from "./families.ts";
import { History, type PastPoll } from "./history.ts";
import type { Standing, Unknown } from "./report_metrics.ts";
import type { Differences } from "./judge/baseline.ts";
import type { Previous } from "./judge/earlier.ts";
import type { Since } from "./judge/lasting.ts";
import type { Recalled } from "./judge/recall.ts";
import type { Rule } from "./judge/rules.ts";
import type { Limits } from "./limits.ts";
import type { Block, Drops } from "./render.ts";
import type { Services } from "./services.ts";
import type { Phases, Reason } from "./sources/source.ts";
import type { Host } from "./targets/host.ts";

/** How often each thing went wrong since the poller started. */
export type ErrorCounts = Readonly<Partial<Record<Reason, number>>>;

/** Why nothing came, or what was wrong with what came. */
export interface Failure {
  readonly reason: Reason;
  /** For people. */
  readonly message: string;
}

/** A failure that is over. */
export interface PastFailure extends Failure {
  /** Epoch seconds. */
  readonly at: number;
}

/** What the next poll of a host needs of this one. */
export interface Memory {
  readonly previous: Previous;
  readonly since: Since;
  /** Absent: every section is looked at anew. */
  readonly recall?: Recall | undefined;
}

/** What the sections of a report came to, and under which circumstances. */
export interface Recall {
  readonly rules: readonly Rule[];
  readonly families: Families;
  readonly maxSeries: number;
  readonly accounts: readonly Account[];
  readonly sections: ReadonlyMap<string, Recalled<Account>>;
  /** The names of all sections that came. */
  readonly names: string;
  /** What the sections were from which the facts were read. */
  readonly factsKey: string;
  /** What the poller said of the report. */
  readonly standing: Standing;
  /** What was known of the host, as the store tells it from others. */
  readonly stamp: string | undefined;
}

/** What was made of the last report that came. */
export interface Outcome {
  /** Epoch seconds at which it came. */
  readonly at: number;
  readonly bytes: number;
  /** All but the one of the agent. */
  readonly services: Services;
  /** What the report says of the host, for rules to select by. */
  readonly facts: Readonly<Record<string, string>>;
  /** Those that a check read. */
  readonly sections: readonly Pick<Account, "name" | "cached" | "error">[];
  readonly unknown: readonly Unknown[];
  readonly differences: Differences;
  /** Metrics, rendered. */
  readonly blocks: readonly Block[];
  /** Epoch seconds of the report's data: as it says itself, else when it came. */
  readonly time: number;
  /** Of families that are not of that time. */
  readonly times: Times;
  readonly drops: Drops;
  /** What was cut. */
  readonly limits: Limits;
  readonly memory: Memory;
}

/** All that the poller knows of one host after a poll; never changed once made. */
export interface Snapshot {
  readonly host: Host;
  /** Epoch seconds at the end of the poll. */
  readonly at: number;
  /** Whether a report came; one that was cut off counts as come. */
  readonly up: boolean;
  readonly failure?: Failure;
  /** The last one before this poll. */
  readonly pastFailure?: PastFailure | undefined;
  /** The agent's first; while a host is down, as they were last. */
  readonly services: Services;
  readonly errors: ErrorCounts;
  /** Epoch seconds of the last report that came. */
  readonly lastSuccess?: number | undefined;
  /** Polls in a row that failed, this one included. */
  readonly missed: number;
  readonly seconds: number;
  readonly phases?: Phases;
  /** Metrics about the poll, rendered. */
  readonly blocks: readonly Block[];
  /** Of the last report; gone when too many polls were missed. */
  readonly outcome?: Outcome | undefined;
}

/** The latest snapshot of each host, and what its last polls were like. */
export class Snapshots {
  readonly #latest = new Map<string, Snapshot>();
  readonly #history = new History();

  get(name: string): Snapshot | undefined {
    return this.#latest.get(name);
  }

  set(snapshot: Snapshot): void {
    const { host, at, seconds, failure, phases, up, outcome } = snapshot;
    this.#latest.set(host.name, snapshot);
    const bytes = up ? outcome?.bytes : undefined;
    this.#history.note(host.name, { at, seconds, phases, bytes, reason: failure?.reason });
  }

  delete(name: string): void {
    this.#latest.delete(name);
    this.#history.forget(name);
  }

  /** The last polls of a host, the latest first. */
  polls(name: string): readonly PastPoll[] {
    return this.#history.of(name);
  }

  /** Hosts that speak only through others. */
  guests(): readonly Host[] {
    return this.all().flatMap(({ host }) => (host.guestOf === undefined ? [] : host));
  }

  /** How many series a scrape of all hosts gives. */
  series(): number {
    let series = 0;
    for (const { blocks, outcome } of this.#latest.values()) {
      for (const { written } of blocks) series += written.series;
      for (const { written } of outcome?.blocks ?? []) series += written.series;
    }
    return series;
  }

  /** As they are now; later polls do not show in it. */
  all(): readonly Snapshot[] {
    return [...this.#latest.values()];
  }
}
