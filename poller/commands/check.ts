import { basename } from "node:path";
import { checks } from "../checks/index.ts";
import { servicesOf } from "../examine.ts";
import { evaluate, type Previous } from "../judge/evaluate.ts";
import { CRIT, UNKNOWN, WARN, worst, type State } from "../judge/state.ts";
import { parse, type Report } from "../parse.ts";
import { type Sample, samples } from "../samples.ts";
import type { Service } from "../snapshots.ts";
import { FetchError } from "../sources/source.ts";
import { fetchReport } from "./fetch.ts";
import { readInput } from "./input.ts";
import { asJson, asText, type Verdict } from "./verdict.ts";
import { configOf, epoch, hostOf, seconds, UsageError } from "./usage.ts";

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
  const previous = await previousOf(flags);
  if (flags.file !== undefined) {
    const saved = await savedReport(flags.file, flags.at);
    return judge(name ?? basename(flags.file), saved.report, { at: saved.at, previous });
  }
  if (name === undefined) throw new UsageError("check needs a HOST, or a report with --file");
  const host = hostOf(name, configOf(flags.config));
  const timeoutSeconds = flags.timeout ? seconds(flags.timeout) : host.timeoutSeconds;
  const fetched = await fetchReport({ ...host, timeoutSeconds }).catch(reasonOf);
  if (typeof fetched === "string") return verdict(host.name, [agent(CRIT, fetched)], new Map());
  const report = parse(fetched, { own: host.name });
  const torn = report.truncated ? [agent(WARN, "the end of the report is missing")] : [];
  const at = flags.at === undefined ? Date.now() / 1000 : epoch(flags.at);
  return judge(host.name, report, { at, previous }, torn);
}

/** A report that was saved earlier, and when, unless it says so itself. */
async function savedReport(file: string, at?: string): Promise<{ report: Report; at: number }> {
  const { bytes, at: saved } = await readInput(file);
  const report = parse(bytes, { tornLine: "keep" });
  return { report, at: at === undefined ? saved : epoch(at) };
}

async function previousOf({ previous, previousAt }: CheckFlags): Promise<Previous | undefined> {
  if (previous === undefined) return undefined;
  const { report, at } = await savedReport(previous, previousAt);
  return evaluate(ownSections(report), { catalogue: checks, at }).previous;
}

function judge(
  host: string,
  report: Report,
  times: { at: number; previous: Previous | undefined },
  before: readonly Service[] = [],
): Verdict {
  const metrics = new Map<string, Sample[]>();
  const { sections } = evaluate(ownSections(report), {
    catalogue: checks,
    ...times,
    take: (check, data) => void metrics.set(check.section, [...samples(check.metrics, data)]),
  });
  return verdict(host, [...before, ...servicesOf(sections)], metrics);
}

const verdict = (
  host: string,
  services: readonly Service[],
  metrics: ReadonlyMap<string, readonly Sample[]>,
): Verdict => ({
  host,
  state: services.length > 0 ? worst(services.map(({ state }) => state)) : UNKNOWN,
  services,
  metrics,
});

const ownSections = ({ hosts }: Report) =>
  hosts.filter(({ host }) => host === "").flatMap(({ sections }) => [...sections.values()]);

const agent = (state: State, summary: string): Service => ({
  service: "Agent",
  check: "agent",
  state,
  summary,
});

/** Why a host gave no report is a finding like any other. */
function reasonOf(error: unknown): string {
  if (error instanceof FetchError) return `${error.reason}: ${error.message}`;
  throw error;
}
