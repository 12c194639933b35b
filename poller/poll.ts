import { agentService } from "./agent_service.ts";
import { examine } from "./examine.ts";
import { pollFamilies, pollMetricsOf } from "./host_metrics.ts";
import type { Judging } from "./judging.ts";
import { withPersisted } from "./memory/persisted.ts";
import type { Store } from "./memory/store.ts";
import type { Limits } from "./limits.ts";
import { parse, type Section } from "./parse.ts";
import { merged, type Piggyback, type Said } from "./piggyback.ts";
import { HostText } from "./render.ts";
import type { Failure, Outcome, Snapshot } from "./snapshots.ts";
import { FetchError, type Phases, type Source } from "./sources/source.ts";
import type { Host } from "./targets/host.ts";

/** Polls in a row that may fail before what was known of a host is forgotten. */
export const MAX_MISSED = 3;

/** What every poll is done with. */
export interface Means {
  readonly source: Source;
  readonly judging: Judging;
  readonly store: Store;
  readonly piggyback: Piggyback;
  /** The last of a host. */
  readonly last: (host: string) => Snapshot | undefined;
}

/**
 * The walk for one host: fetch, parse, judge, render. Gives what is known of it now, and of the hosts
 * it spoke for. Whatever goes wrong is told there; rejects only when `signal` aborts.
 */
export async function poll(host: Host, means: Means, signal: AbortSignal): Promise<Snapshot[]> {
  const started = performance.now();
  const secondsWithout = (wait: number): number =>
    Math.round((performance.now() - started) * 1e3 - wait * 1e6) / 1e6;
  const last = means.last(host.name);
  try {
    return await means.source(host, signal, ({ bytes, phases }) => {
      const { truncated, ...report } = parse(bytes, { own: host.name });
      const at = Date.now() / 1000;
      const { hosts, dropped } = withPersisted(host.name, report.hosts, at, means.store);
      const { guests, refused, over } = means.piggyback.receive(host, hosts, at);
      const { sections = EMPTY } = hosts.find((one) => one.host === "") ?? {};
      const outcome = outcomeOf(host, means, {
        ...{ sections: merged(sections, means.piggyback.said(host.name, at)), at, truncated },
        ...{ bytes: bytes.length, refused },
        cut: {
          ...report.cut,
          piggyback_hosts: report.cut.piggyback_hosts + over,
          persisted: dropped,
        },
      });
      const seconds = secondsWithout(phases.wait);
      const own = reached(host, last, { outcome, phases, seconds, truncated });
      const others = guests.map((guest) => guestSnapshot(guest, host, means, { at, truncated }));
      return [own, ...others];
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const phases = error instanceof FetchError ? error.phases : undefined;
    const seconds = secondsWithout(phases?.wait ?? 0);
    return [failed(host, last, { seconds, failure: whatFailed(error), ...(phases && { phases }) })];
  }
}

/** What is told of hosts that speak only through others, once nothing valid is known of them. */
export function silence(host: string, { source, at }: Said, means: Means): Snapshot {
  const guest = guestOf(host, source);
  const message = `${source.name} said nothing of it since ${new Date(at * 1000).toISOString()}`;
  const failure: Failure = { reason: "timeout", message };
  return failed(guest, means.last(host), { seconds: 0, failure });
}

const EMPTY: ReadonlyMap<string, Section> = new Map();

interface Came {
  /** With what is kept of earlier reports, and what others say. */
  readonly sections: ReadonlyMap<string, Section>;
  readonly truncated: boolean;
  readonly refused?: readonly string[];
  readonly cut: Limits;
  readonly bytes: number;
  readonly at: number;
}

function outcomeOf(host: Host, { judging, store, last }: Means, came: Came): Outcome {
  const { sections, truncated, ...circumstances } = came;
  const isGuest = host.guestOf !== undefined;
  const kept = store.known(host.name);
  // What others said of a host is no measure for what it says itself.
  const before = (kept?.isGuest ?? false) === isGuest ? kept : undefined;
  const { known, ...outcome } = examine(sections, {
    ...{ host, ...circumstances, judging, known: before },
    memory: last(host.name)?.outcome?.memory,
  });
  // Nor is what was cut off one for what comes later.
  if (!truncated && known !== before)
    store.keepKnown(host.name, isGuest ? { ...known, isGuest } : known);
  return outcome;
}

/** A host that speaks only through others: all that is valid of what they say. */
function guestSnapshot(
  name: string,
  source: Host,
  means: Means,
  { at, truncated }: Pick<Came, "at" | "truncated">,
): Snapshot {
  const began = performance.now();
  const guest = guestOf(name, source);
  const said = means.piggyback.said(name, at);
  const { hosts, cut } = parse(said.at(-1)?.text ?? Buffer.alloc(0));
  const sections = merged(hosts[0]?.sections ?? EMPTY, said.slice(0, -1));
  const bytes = said.reduce((sum, { text }) => sum + text.length, 0);
  const outcome = outcomeOf(guest, means, { sections, cut, bytes, at, truncated });
  const seconds = (performance.now() - began) / 1000;
  return reached(guest, means.last(name), { outcome, seconds, truncated: false });
}

const guestOf = (name: string, source: Host): Host => ({
  ...source,
  ...{ name, labels: {}, tags: [], guestOf: source.name, piggyback: undefined },
});

export const TRUNCATED: Failure = {
  reason: "truncated",
  message: "the end of the report is missing",
};

function reached(
  host: Host,
  last: Snapshot | undefined,
  poll: { outcome: Outcome; phases?: Phases; seconds: number; truncated: boolean },
): Snapshot {
  const { truncated, ...facts } = poll;
  const at = Date.now() / 1000;
  const failure = truncated ? { failure: TRUNCATED } : {};
  return withText(host, last, { up: true, at, lastSuccess: at, missed: 0, ...facts, ...failure });
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

/** Counts the failure, if there was one, and writes the service of the agent and the metrics. */
function withText(
  host: Host,
  last: Snapshot | undefined,
  facts: Omit<Snapshot, "host" | "errors" | "fragments" | "services" | "pastFailure">,
): Snapshot {
  const { up, failure, outcome, at } = facts;
  const reason = failure?.reason;
  const before = last?.errors ?? {};
  const errors = reason ? { ...before, [reason]: (before[reason] ?? 0) + 1 } : before;
  const pastFailure = last?.failure ? { ...last.failure, at: last.at } : last?.pastFailure;
  const agent = agentService(up ? (outcome?.findings ?? []) : undefined, failure, pastFailure, at);
  const services = [agent, ...(outcome?.services ?? [])];
  const text = new HostText(pollFamilies, host.name);
  text.add(pollMetricsOf(host), { ...facts, errors, services });
  const fragments = text.finish();
  return { host, ...facts, errors, services, fragments, ...(pastFailure && { pastFailure }) };
}

const whatFailed = (error: unknown): Failure =>
  error instanceof FetchError
    ? { reason: error.reason, message: error.message }
    : { reason: "protocol", message: String(error) };
