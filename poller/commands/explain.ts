import { readFileSync } from "node:fs";
import { agentService, AGENT } from "../agent_service.ts";
import { located } from "../config/located.ts";
import { snakeCase } from "../config/params.ts";
import { examine, type Examined } from "../examine.ts";
import type { Levels } from "../judge/levels.ts";
import type { Perf } from "../judge/perfdata.ts";
import { concerns, type Rule, type Where } from "../judge/rules.ts";
import { STATE_NAMES } from "../judge/state.ts";
import { parse } from "../parse.ts";
import { TRUNCATED } from "../poll.ts";
import { printable } from "../printable.ts";
import { didYouMean } from "../spelling.ts";
import type { Service } from "../services.ts";
import { look, type Look, type LookFlags } from "./examined.ts";
import { type SourceLines, sourceLines } from "./source_lines.ts";
import { UsageError, type Warn } from "./usage.ts";

/** What gives services that are not there. */
const REQUIRED = "require";
const MAX_LINES = 40;
/** Without its last lines a text ends in the middle. */
const KEEP = { tornLine: "keep" } as const;
const NO_LINES: SourceLines = { lines: [], isWhole: true };

/** Why a service is as it is: rule, settings, values with their levels, and the lines they are from. */
export async function explain(
  name: string,
  service: string,
  flags: LookFlags,
  warn: Warn,
): Promise<string> {
  const found = await look(name, flags, warn);
  if ("failure" in found) throw new UsageError(`${found.failure.reason}: ${found.failure.message}`);
  const outcome = examine(found.own.sections, found.examination);
  const one = serviceOf(found, outcome, service);
  const told =
    one.check === REQUIRED ? requiredBy(found, outcome, one, flags) : givenBy(found, one);
  return [
    `${one.service} of ${found.examination.host.name}: ${STATE_NAMES[one.state]}`,
    ...indented(one.summary),
    ...indented(one.details ?? ""),
    "",
    ...told,
  ]
    .map((line) => `${printable(line)}\n`)
    .join("");
}

/** The entries of the config that want a service which is not there. */
function requiredBy(
  { examination: { judging, host } }: Look,
  { facts }: Examined,
  { service }: Service,
  { config = "" }: LookFlags,
): string[] {
  const remarks = judging.require.flatMap((one, i) =>
    one.service === service && concerns(one, { ...host, facts })
      ? [{ path: ["require", i], message: [service, ...conditionsText(one.where)].join(", ") }]
      : [],
  );
  return table("wanted by", located(readFileSync(config, "utf8"), config, remarks));
}

/** The rule, settings, values and lines that a service is from. */
function givenBy(found: Look, one: Service): string[] {
  const { lines, isWhole } = one.check === "agent" ? NO_LINES : linesOf(found, one);
  const check = found.examination.judging.catalogue.find(({ section }) => section === one.check);
  return [
    `rule      ${one.rule ? ruleText(one.rule) : "none: the check's own settings"}`,
    ...table("settings", settings({ ...check?.params, ...one.rule?.params })),
    ...table("values", (one.perfdata ?? []).map(valueText)),
    `section   ${one.check}${age(found, one)}`,
    ...table("lines", lines.slice(0, MAX_LINES)),
    ...(lines.length > MAX_LINES ? [`          and ${lines.length - MAX_LINES} more`] : []),
    ...(isWhole ? [] : ["          and perhaps others: there are too many to try them all"]),
  ];
}

function serviceOf({ report, examination }: Look, outcome: Examined, wanted: string): Service {
  const failure = report.truncated ? TRUNCATED : undefined;
  if (wanted === AGENT) return agentService(outcome.findings, failure, undefined, examination.at);
  const found = [...outcome.services].find(({ service }) => service === wanted);
  if (found) return found;
  const names = outcome.services.names();
  throw new UsageError(
    `${examination.host.name} has no service ${wanted}${didYouMean(wanted, names)}`,
  );
}

/**
 * The lines without which the service would be another. Of the other sections only those are looked
 * at that may have a say in it: by the time they tell, or what rules select hosts by.
 */
function linesOf({ own, examination }: Look, { check, service }: Service): SourceLines {
  const telling = new Set(
    examination.judging.catalogue
      .filter((one) => one.section !== check && (one.time !== undefined || one.facts !== undefined))
      .map(({ section }) => section),
  );
  const textOf = (isWanted: (name: string) => boolean): Buffer =>
    Buffer.concat(own.parts.flatMap((part) => (isWanted(part.header.name) ? part.text() : [])));
  const others = textOf((name) => telling.has(name));
  return sourceLines(
    textOf((name) => name === check),
    (text) => {
      const sections = parse(Buffer.concat([others, text]), KEEP).hosts[0]?.sections ?? new Map();
      const { services } = examine(sections, examination);
      const { state, summary, details, perfdata } =
        [...services].find((one) => one.check === check && one.service === service) ?? {};
      return JSON.stringify([state, summary, details, perfdata]);
    },
  );
}

const age = ({ own, examination: { at } }: Look, { check }: Service): string => {
  const cached = own.sections.get(check)?.cached;
  return cached ? `, from the agent's cache, ${Math.round(at - cached.at)} s old` : "";
};

function ruleText({ origin, where, check, item, service, forSeconds }: Rule): string {
  const selection = Object.entries({ check, item, service }).flatMap(([key, value]) =>
    value === undefined ? [] : `${key} ${value}`,
  );
  return [
    `${origin}: ${selection.join(", ")}`,
    ...conditionsText(where),
    ...(forSeconds === undefined ? [] : [`once it lasts ${forSeconds} s`]),
  ].join(", ");
}

/** `where host web*, tag batch, env=prod`; nothing where there are no conditions. */
function conditionsText(where: Where): string[] {
  const conditions = [
    ...(where.host === undefined ? [] : [`host ${where.host}`]),
    ...where.tags.map((tag) => `tag ${tag}`),
    ...[where.labels, where.facts].flatMap((all) =>
      Object.entries(all).map(([key, value]) => `${key}=${value}`),
    ),
  ];
  return conditions.length > 0 ? [`where ${conditions.join(", ")}`] : [];
}

const settings = (params: object): string[] =>
  Object.entries(params).map(
    ([key, value]) =>
      `${snakeCase(key)}: ${JSON.stringify(value, (_, inner: unknown) =>
        inner === Infinity || inner === -Infinity ? "never" : inner,
      )}`,
  );

function valueText({ name, value, levels }: Perf): string {
  const pair = (what: string, bounds: Levels | undefined): string =>
    bounds && [bounds.warn, bounds.crit].some(Number.isFinite)
      ? ` (${what} ${[bounds.warn, bounds.crit].map((one) => (Number.isFinite(one) ? one : "never")).join("/")})`
      : "";
  return `${name} = ${value}${pair("warn/crit at", levels?.upper)}${pair("warn/crit below", levels?.lower)}`;
}

const indented = (text: string): string[] =>
  text === "" ? [] : text.split("\n").map((line) => `  ${line}`);

/** A name, and what it is of from the eleventh column on. */
const table = (name: string, lines: readonly string[]): string[] =>
  lines.map((line, i) => `${(i === 0 ? name : "").padEnd(10)}${line}`);
