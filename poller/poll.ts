import { agentService } from "./agent_service.ts";
import { examine } from "./examine.ts";
import type { Known } from "./judge/baseline.ts";
import { pollBlocks } from "./host_metrics.ts";
import type { Finding } from "./judge/findings.ts";
import type { Judging } from "./judging.ts";
import { withPersisted } from "./memory/persisted.ts";
import type { Store } from "./memory/store.ts";
import type { Limits } from "./limits.ts";
import { parse } from "./parse.ts";
import type { Section } from "./sections.ts";
import { merged, type Piggyback, type Said } from "./piggyback.ts";
import { bundle, Services } from "./services.ts";
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
      const began = performance.now();
      const { truncated, ...report } = parse(bytes, { own: host.name });
      const parsed = performance.now();
      const at = Date.now() / 1000;
      const { hosts, dropped } = withPersisted(host.name, report.hosts, at, means.store);
      const { guests, refused, over } = means.piggyback.receive(host, hosts, at);
      const { sections = EMPTY } = hosts.find((one) => one.host === "") ?? {};
      const { render, ...came } = outcomeOf(host, means, {
        sections: merged(sections, means.piggyback.said(host.name, at)),
        at,
        truncated,
        bytes: bytes.length,
        refused,
        cut: {
          persisted: dropped,
          ...report.cut,
          piggyback_hosts: report.cut.piggyback_hosts + over,
        },
      });
      const judge = (performance.now() - parsed) / 1000 - render;
      const own = reached(host, last, {
        seconds: secondsWithout(phases.wait),
        truncated,
        ...came,
        phases: { parse: (parsed - began) / 1000, ...phases, judge, render },
      });
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

/** What was made of a report. */
interface Made {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** Seconds. */
  readonly render: number;
}

function outcomeOf(host: Host, { judging, store, last }: Means, came: Came): Made {
  const { sections, truncated, ...circumstances } = came;
  const isGuest = host.guestOf !== undefined;
  let kept: Known | undefined;
  let isRead = false;
  const known = (): Known | undefined => {
    if (!isRead) kept = store.known(host.name);
    isRead = true;
    // What others said of a host is no measure for what it says itself.
    return (kept?.isGuest ?? false) === isGuest ? kept : undefined;
  };
  const {
    findings,
    known: learnt,
    renderSeconds: render,
    ...outcome
  } = examine(
    sections,
    { host, ...circumstances, judging, known, stamp: stamp(host, store) },
    last(host.name)?.outcome,
  );
  // Nor is what was cut off one for what comes later.
  if (!truncated && learnt) store.keepKnown(host.name, isGuest ? { ...learnt, isGuest } : learnt);
  return { outcome, findings, render };
}

/** What others said of a host is another thing than what it says itself. */
function stamp({ name, guestOf }: Host, store: Store): string | undefined {
  const found = store.stamp(name);
  return found !== undefined && guestOf !== undefined ? `guest ${found}` : found;
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
  const { outcome, findings } = outcomeOf(guest, means, { sections, cut, bytes, at, truncated });
  const seconds = (performance.now() - began) / 1000;
  return reached(guest, means.last(name), { outcome, findings, seconds, truncated: false });
}

const guestOf = (name: string, source: Host): Host => ({
  ...source,
  name,
  labels: {},
  tags: [],
  guestOf: source.name,
  piggyback: undefined,
});

export const TRUNCATED: Failure = {
  reason: "truncated",
  message: "the end of the report is missing",
};

function reached(
  host: Host,
  last: Snapshot | undefined,
  poll: Omit<Made, "render"> & { phases?: Phases; seconds: number; truncated: boolean },
): Snapshot {
  const { truncated, findings, ...facts } = poll;
  const at = Date.now() / 1000;
  const failure = truncated ? { failure: TRUNCATED } : {};
  const so = { up: true, at, lastSuccess: at, missed: 0, ...facts, ...failure };
  return withText(host, last, so, findings);
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
  return withText(host, last, { up: false, ...poll, at, lastSuccess, missed, outcome });
}

/** Counts the failure, if there was one, and writes the service of the agent and the metrics. */
function withText(
  host: Host,
  last: Snapshot | undefined,
  facts: Omit<Snapshot, "host" | "errors" | "blocks" | "services" | "pastFailure">,
  findings?: readonly Finding[],
): Snapshot {
  const { failure, outcome, at } = facts;
  const reason = failure?.reason;
  const before = last?.errors ?? {};
  const errors = reason ? { ...before, [reason]: (before[reason] ?? 0) + 1 } : before;
  const pastFailure = last?.failure ? { ...last.failure, at: last.at } : last?.pastFailure;
  const agent = agentService(findings, failure, pastFailure, at);
  const services = new Services([
    bundle(agent.check, [agent]),
    ...(outcome?.services.bundles ?? []),
  ]);
  const blocks = pollBlocks({ host, ...facts, errors }, services, last);
  return { host, ...facts, errors, services, blocks, ...(pastFailure && { pastFailure }) };
}

const whatFailed = (error: unknown): Failure =>
  error instanceof FetchError
    ? { reason: error.reason, message: error.message }
    : { reason: "protocol", message: String(error) };
