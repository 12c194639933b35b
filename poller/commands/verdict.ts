/** What `check` says of a host, for people, for Nagios and for programs. */

import { plural } from "../judge/format.ts";
import { OK, STATE_NAMES, type State } from "../judge/state.ts";
import { printable as clean, printableJson } from "../printable.ts";
import type { Sample } from "../samples.ts";
import type { Service } from "../services.ts";
import { formatPerfdata } from "./nagios.ts";

export interface Verdict {
  readonly host: string;
  readonly state: State;
  readonly services: readonly Service[];
  /** Series by the check that gave them. */
  readonly metrics: ReadonlyMap<string, readonly Sample[]>;
  /** What else is to be known, a line each. */
  readonly notes: readonly string[];
}

const MAX_NAMES = 3;
/** Longer names of services stick out of their column. */
const MAX_WIDTH = 48;
const COLOURS = [32, 33, 31, 35] as const;
const BADNESS: readonly State[] = [2, 3, 1, 0];

/** A line that sums up, then one line per service if there are several, the worst first. */
export function asText(
  verdict: Verdict,
  { colour, perfdata }: { readonly colour: boolean; readonly perfdata: boolean },
): string {
  const { services } = verdict;
  const order = BADNESS.flatMap((state) => services.filter((one) => one.state === state));
  const width = Math.min(
    MAX_WIDTH,
    services.reduce((most, { service }) => Math.max(most, printable(service).length), 0),
  );
  const paint = (state: State): string => {
    const name = STATE_NAMES[state].padEnd(7);
    return colour ? `\u001b[${COLOURS[state]}m${name}\u001b[0m` : name;
  };
  const lines = order.flatMap(({ service, state, summary, details }) => [
    ...(services.length === 1
      ? []
      : [`${paint(state)}  ${printable(service).padEnd(width)}  ${printable(summary)}`.trimEnd()]),
    ...(state === OK || !details
      ? []
      : details.split("\n").map((line) => `    ${printable(line)}`)),
  ]);
  const numbers = perfdata ? ` | ${formatPerfdata(services)}` : "";
  const notes = verdict.notes.map(printable);
  return `${[`${headline(verdict)}${numbers}`, ...lines, ...notes].join("\n")}\n`;
}

function headline({ state, services }: Verdict): string {
  const [only, ...others] = services;
  if (!only) return `${STATE_NAMES[state]} - no section that a check knows`;
  if (others.length === 0)
    return `${STATE_NAMES[state]} - ${printable(`${only.service}: ${only.summary}`)}`;
  const counts = BADNESS.filter((bad) => bad !== OK).flatMap((bad) => {
    const names = services.filter((one) => one.state === bad).map(({ service }) => service);
    const more = names.length > MAX_NAMES ? ", …" : "";
    const some = names.slice(0, MAX_NAMES).map(printable).join(", ");
    return names.length > 0 ? [`${names.length} ${STATE_NAMES[bad]} (${some}${more})`] : [];
  });
  const tail = counts.length > 0 ? `: ${counts.join(", ")}` : "";
  return `${STATE_NAMES[state]} - ${plural(services.length, "service")}${tail}`;
}

/** One JSON document: the services, each with its numbers and series. */
export function asJson({ host, state, services, metrics, notes }: Verdict): string {
  const series = new Map<Service, Sample[]>(services.map((service) => [service, []]));
  for (const [check, given] of metrics) {
    const own = services.filter((service) => service.check === check);
    for (const [service, some] of shareOut(check, given, own)) series.set(service, some);
  }
  const entries = Array.from(series, ([{ service, check, item, ...said }, given]) => ({
    service,
    check,
    item: item ?? null,
    state: said.state,
    summary: said.summary,
    perfdata: (said.perfdata ?? []).map(({ name, value }) => ({ name, value })),
    metrics: given,
  }));
  return `${printableJson({ host, state, services: entries, notes })}\n`;
}

/**
 * Each series goes to the service that has the value of one of its labels as item or at the end of
 * its name, else to the check's first; where the check has no service, to one that bears its name.
 */
function shareOut(
  check: string,
  series: readonly Sample[],
  services: readonly Service[],
): Map<Service, Sample[]> {
  const byName = new Map(services.map((one) => [one.service.replace(/^\S* /, ""), one]));
  const byItem = new Map(services.map((one) => [one.item, one]));
  const first = services[0] ?? { service: check, check, state: OK, summary: "" };
  const shares = new Map<Service, Sample[]>();
  for (const sample of series) {
    const owners = Object.values(sample.labels).map(
      (value) => byItem.get(value) ?? byName.get(value),
    );
    const owner = owners.find((one) => one !== undefined) ?? first;
    const share = shares.get(owner);
    if (share) share.push(sample);
    else shares.set(owner, [sample]);
  }
  return shares;
}

/** A report is not to say where Nagios' numbers begin. */
const printable = (text: string): string => clean(text).replaceAll("|", "\u00a6");
