import { agentService } from "../agent_service.ts";
import { examine } from "../examine.ts";
import { plural } from "../judge/format.ts";
import { UNKNOWN, worst, type State } from "../judge/state.ts";
import type { Report } from "../parse.ts";
import { TRUNCATED } from "../poll.ts";
import { type Sample, samples } from "../samples.ts";
import type { Outcome } from "../snapshots.ts";
import { look, type Look, type LookFlags } from "./examined.ts";
import type { Warn } from "./usage.ts";
import { asJson, asText, type Verdict } from "./verdict.ts";

export interface CheckFlags extends LookFlags {
  readonly json?: boolean;
  readonly perfdata?: boolean;
}

/** Judges a host, or a saved report, once. Gives what is to be printed, and the worst state. */
export async function check(
  name: string | undefined,
  flags: CheckFlags,
  { colour, warn }: { readonly colour: boolean; readonly warn: Warn },
): Promise<{ text: string; state: State }> {
  const found = await look(name, flags, warn);
  const verdict = "failure" in found ? verdictOnNothing(found) : verdictOn(found);
  const text = flags.json
    ? asJson(verdict)
    : asText(verdict, { colour, perfdata: flags.perfdata === true });
  return { text, state: verdict.state };
}

function verdictOnNothing({ host, failure, at }: Exclude<Awaited<ReturnType<typeof look>>, Look>) {
  const service = agentService(undefined, failure, undefined, at);
  return { host, state: service.state, services: [service], metrics: new Map(), notes: [] };
}

function verdictOn({ report, own, examination }: Look): Verdict {
  const metrics = new Map<string, Sample[]>();
  const outcome = examine(own.sections, {
    ...examination,
    take: (check, data) => void metrics.set(check.section, [...samples(check.metrics, data)]),
  });
  const failure = report.truncated ? TRUNCATED : undefined;
  const agent = agentService(outcome.findings, failure, undefined, examination.at);
  const isEmpty = outcome.unknown.length === own.sections.size && !failure;
  const services = isEmpty ? [] : [agent, ...outcome.services];
  return {
    host: examination.host.name,
    state: isEmpty ? UNKNOWN : worst(services.map(({ state }) => state)),
    services,
    metrics,
    notes: notesOn(outcome, report),
  };
}

/** What no service tells: what is not understood, what is not as it was, who else is spoken for. */
function notesOn({ unknown, differences }: Outcome, { hosts }: Report): string[] {
  const { newServices, vanishedServices } = differences;
  const guests = hosts.flatMap(({ host }) => (host === "" ? [] : host));
  const sections = unknown.map(({ name, lines }) => `${name} (${plural(lines, "line")})`);
  return Object.entries({
    "sections that no check knows": sections,
    "new since the baseline": newServices,
    "vanished since the baseline": vanishedServices,
    "speaks for": guests,
  }).flatMap(([what, names]) => (names.length > 0 ? `${what}: ${listed(names)}` : []));
}

const MAX_NAMES = 50;

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
