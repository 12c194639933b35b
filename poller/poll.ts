import { examine } from "./examine.ts";
import { pollFamilies, pollMetricsOf } from "./host_metrics.ts";
import type { Check } from "./judge/check.ts";
import { parse } from "./parse.ts";
import { type Families, HostText } from "./render.ts";
import type { Failure, Outcome, Snapshot } from "./snapshots.ts";
import { FetchError, type Phases, type Source } from "./sources/source.ts";
import type { Host } from "./targets/host.ts";

/** Polls in a row that may fail before what was known of a host is forgotten. */
export const MAX_MISSED = 3;

/** What every poll is done with. */
export interface Means {
  readonly source: Source;
  readonly catalogue: readonly Check[];
  /** Families of a report, made of the same catalogue. */
  readonly families: Families;
}

/**
 * The walk for one host: fetch, parse, judge, render. Whatever goes wrong is told in the snapshot;
 * rejects only when `signal` aborts.
 */
export async function poll(
  host: Host,
  last: Snapshot | undefined,
  { source, ...judges }: Means,
  signal: AbortSignal,
): Promise<Snapshot> {
  const started = performance.now();
  const secondsWithout = (wait: number): number =>
    Math.round((performance.now() - started) * 1e3 - wait * 1e6) / 1e6;
  try {
    return await source(host, signal, ({ bytes, phases }) => {
      const report = parse(bytes, { own: host.name });
      const outcome = examine(report, {
        host: host.name,
        bytes: bytes.length,
        at: Date.now() / 1000,
        previous: last?.outcome?.previous,
        ...judges,
      });
      const seconds = secondsWithout(phases.wait);
      return reached(host, last, { outcome, phases, seconds, truncated: report.truncated });
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const phases = error instanceof FetchError ? error.phases : undefined;
    const seconds = secondsWithout(phases?.wait ?? 0);
    return failed(host, last, { seconds, failure: whatFailed(error), ...(phases && { phases }) });
  }
}

const TRUNCATED: Failure = { reason: "truncated", message: "the end of the report is missing" };

function reached(
  host: Host,
  last: Snapshot | undefined,
  poll: { outcome: Outcome; phases: Phases; seconds: number; truncated: boolean },
): Snapshot {
  const { outcome, phases, seconds } = poll;
  const at = Date.now() / 1000;
  const failure = poll.truncated ? { failure: TRUNCATED } : {};
  const facts = { up: true, at, seconds, lastSuccess: at, missed: 0, phases, outcome, ...failure };
  return withText(host, last, facts);
}

function failed(
  host: Host,
  last: Snapshot | undefined,
  poll: { seconds: number; failure: Failure; phases?: Phases },
): Snapshot {
  const missed = (last?.missed ?? 0) + 1;
  const outcome = missed < MAX_MISSED ? last?.outcome : undefined;
  const lastSuccess = last?.lastSuccess;
  const at = Date.now() / 1000;
  return withText(host, last, { ...poll, up: false, at, lastSuccess, missed, outcome });
}

/** Counts the failure, if there was one, and writes the metrics about the poll. */
function withText(
  host: Host,
  last: Snapshot | undefined,
  facts: Omit<Snapshot, "host" | "errors" | "fragments">,
): Snapshot {
  const reason = facts.failure?.reason;
  const before = last?.errors ?? {};
  const errors = reason ? { ...before, [reason]: (before[reason] ?? 0) + 1 } : before;
  const text = new HostText(pollFamilies, host.name);
  text.add(pollMetricsOf(host), { ...facts, errors });
  return { host, ...facts, errors, fragments: text.finish() };
}

const whatFailed = (error: unknown): Failure =>
  error instanceof FetchError
    ? { reason: error.reason, message: error.message }
    : { reason: "protocol", message: String(error) };
