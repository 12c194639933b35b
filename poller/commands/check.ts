import { basename } from "node:path";
import { checks } from "../checks/index.ts";
import { agentService } from "../agent_service.ts";
import { examine, type Examination } from "../examine.ts";
import { evaluate } from "../judge/evaluate.ts";
import { plural } from "../judge/format.ts";
import { UNKNOWN, worst, type State } from "../judge/state.ts";
import { judging } from "../judging.ts";
import { parse, type Report, type Section } from "../parse.ts";
import { TRUNCATED } from "../poll.ts";
import { type Sample, samples } from "../samples.ts";
import type { Failure, Memory, Outcome } from "../snapshots.ts";
import { FetchError } from "../sources/source.ts";
import { fetchReport } from "./fetch.ts";
import { readInput } from "./input.ts";
import { asJson, asText, type Verdict } from "./verdict.ts";
import { configOf, epoch, hostOf, knownOf, seconds, UsageError } from "./usage.ts";

export interface CheckFlags {
  readonly config?: string;
  readonly timeout?: string;
  readonly json?: boolean;
  readonly perfdata?: boolean;
  readonly file?: string;
  readonly at?: string;
  readonly previous?: string;
  readonly previousAt?: string;
}

/** Judges a host, or a saved report, once. Gives what is to be printed, and the worst state. */
export async function check(
  name: string | undefined,
  flags: CheckFlags,
  { colour }: { readonly colour: boolean },
): Promise<{ text: string; state: State }> {
  const verdict = await verdictOn(name, flags);
  const text = flags.json
    ? asJson(verdict)
    : asText(verdict, { colour, perfdata: flags.perfdata === true });
  return { text, state: verdict.state };
}

async function verdictOn(name: string | undefined, flags: CheckFlags): Promise<Verdict> {
  const config = configOf(flags.config);
  const memory = await memoryOf(flags);
  if (flags.file !== undefined) {
    const { report, at, bytes } = await savedReport(flags.file, flags.at);
    const host = { name: name ?? basename(flags.file), labels: {}, tags: [] };
    return verdictOf(report, { host, at, bytes, memory, judging: judging(checks, config) });
  }
  if (name === undefined) throw new UsageError("check needs a HOST, or a report with --file");
  const host = hostOf(name, config);
  const timeoutSeconds = flags.timeout ? seconds(flags.timeout) : host.timeoutSeconds;
  const fetched = await fetchReport({ ...host, timeoutSeconds }).catch(failureOf);
  const now = Date.now() / 1000;
  if (!Buffer.isBuffer(fetched)) {
    const service = agentService(undefined, fetched, undefined, now);
    return { host: name, state: service.state, services: [service], metrics: new Map(), notes: [] };
  }
  const report = parse(fetched, { own: host.name });
  return verdictOf(report, {
    ...{ host, bytes: fetched.length, memory, judging: judging(checks, config) },
    at: flags.at === undefined ? now : epoch(flags.at),
    known: knownOf(host.name, config),
  });
}

interface Saved {
  readonly report: Report;
  readonly at: number;
  readonly bytes: number;
}

/** A report that was saved earlier, and when, unless it says so itself. */
async function savedReport(file: string, at?: string): Promise<Saved> {
  const { bytes, at: saved } = await readInput(file);
  const report = parse(bytes, { tornLine: "keep" });
  return { report, at: at === undefined ? saved : epoch(at), bytes: bytes.length };
}

async function memoryOf({ previous, previousAt }: CheckFlags): Promise<Memory | undefined> {
  if (previous === undefined) return undefined;
  const { report, at } = await savedReport(previous, previousAt);
  const sections = ownSections(report).values();
  return { previous: evaluate(sections, { catalogue: checks, at }).previous, since: new Map() };
}

function verdictOf(report: Report, examination: Examination): Verdict {
  const metrics = new Map<string, Sample[]>();
  const outcome = examine(ownSections(report), {
    ...examination,
    cut: report.cut,
    take: (check, data) => void metrics.set(check.section, [...samples(check.metrics, data)]),
  });
  const failure = report.truncated ? TRUNCATED : undefined;
  const agent = agentService(outcome.findings, failure, undefined, examination.at);
  const services = ownSections(report).size === 0 && !failure ? [] : [agent, ...outcome.services];
  return {
    host: examination.host.name,
    state: services.length > 0 ? worst(services.map(({ state }) => state)) : UNKNOWN,
    services,
    metrics,
    notes: notesOn(outcome, report),
  };
}

/** What no service tells: what is not understood, and what speaks for others. */
function notesOn({ unknown }: Outcome, { hosts }: Report): string[] {
  const guests = hosts.filter(({ host }) => host !== "").map(({ host }) => host);
  const sections = unknown.map(({ name, lines }) => `${name} (${plural(lines, "line")})`);
  return [
    ...(sections.length > 0 ? [`sections that no check knows: ${sections.join(", ")}`] : []),
    ...(guests.length > 0 ? [`speaks for ${guests.join(", ")}`] : []),
  ];
}

const ownSections = ({ hosts }: Report): ReadonlyMap<string, Section> =>
  hosts.find(({ host }) => host === "")?.sections ?? new Map<never, never>();

/** Why a host gave no report is a finding like any other. */
function failureOf(error: unknown): Failure {
  if (error instanceof FetchError) return { reason: error.reason, message: error.message };
  throw error;
}
