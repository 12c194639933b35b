import type { Cached } from "../../wire/header.ts";
import { MAX_SERVICES } from "../judge/bounds.ts";
import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { number } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import type { Perf } from "../judge/perfdata.ts";
import { CRIT, OK, type State, UNKNOWN, WARN, worseOf } from "../judge/state.ts";
import { cachedAge, uncached } from "../readings/cached_line.ts";

/** What one line says: a service. */
export interface LocalCheck {
  readonly item: string;
  readonly state: State;
  readonly findings: readonly Finding[];
  readonly perfdata: readonly Perf[];
  readonly cached?: Cached | undefined;
}

/** Of lines with the same item, the last. */
export type LocalChecks = readonly LocalCheck[];

/** Texts and numbers of all lines together: more than can be exported. */
const MAX_FINDINGS = 30_000;

/**
 * Services that scripts of the host's owner judge for themselves, one line each:
 * `0 "My service" count=42;50;60|temp=21.5;10:30 text`. State `P`: the levels in the line judge.
 *
 * Section: local   Source: the agent's local/ folder
 * Systems: all
 * Params: none
 */
export const local: Check<LocalChecks> = {
  section: "local",
  params: {},

  parse(rows) {
    const found = new Map<string, LocalCheck>();
    let lines = 0;
    let findings = 0;
    for (const line of rows.lines()) {
      const check = readLine(line, ++lines);
      findings += check.findings.length;
      if (findings > MAX_FINDINGS) throw new ParseError("too many lines and numbers");
      found.set(check.item, check);
      // One too many, so that it is noticed.
      if (found.size > MAX_SERVICES) break;
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((checks: LocalChecks) => checks, { item: (check) => check.item }, [
      gauge(
        "roundsman_local_check_state",
        "State of a local check: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN.",
        (check) => check.state,
      ),
      gauge(
        "roundsman_local_check_collected_timestamp_seconds",
        "When a local check ran that the agent does not run for each report.",
        (check) => check.cached?.at,
      ),
    ]),
    each(values, { item: (one) => one.item, metric: (one) => one.metric }, [
      gauge("roundsman_local_check_value", "A number that a local check gave.", (one) => one.value),
    ]),
    each(
      bounds,
      { item: (one) => one.item, metric: (one) => one.metric, bound: (one) => one.bound },
      [
        gauge(
          "roundsman_local_check_warn",
          "Where a local check's number becomes WARN, upward or downward.",
          (one) => finite(one.levels.warn),
        ),
        gauge(
          "roundsman_local_check_crit",
          "Where a local check's number becomes CRIT, upward or downward.",
          (one) => finite(one.levels.crit),
        ),
      ],
    ),
  ],

  *evaluate(checks, context) {
    for (const { item, findings, cached } of checks)
      yield conclude(item, [...findings, ...(cached ? [cachedAge(cached, context.at)] : [])], item);
  },
};

function* values(checks: LocalChecks) {
  for (const { item, perfdata } of checks)
    for (const { name, value } of perfdata) yield { item, metric: name, value };
}

function* bounds(checks: LocalChecks) {
  for (const { item, perfdata } of checks)
    for (const { name, levels } of perfdata)
      for (const bound of ["upper", "lower"] as const)
        if (levels?.[bound]) yield { item, metric: name, bound, levels: levels[bound] };
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const LINE = /^ *([^ ]+) +(?:"([^"]+)"|'([^']+)'|([^ "']+)) +([^ ]+)(?: +(.*))?$/s;

/** Never fails: a line that means nothing is a service that says so. */
function readLine(whole: string, count: number): LocalCheck {
  const { cached, line } = uncached(whole);
  const [, state = "", double, single, bare, numbers = "", text = ""] = LINE.exec(line) ?? [];
  const item = double ?? single ?? bare;
  const refuse = (name: string, reason: string): LocalCheck => ({
    item: name,
    state: UNKNOWN,
    findings: [{ state: UNKNOWN, text: `Invalid data: '${whole.slice(0, 200)}' (${reason})` }],
    perfdata: [],
    cached,
  });
  if (item === undefined) return refuse(`Line #${count}`, "not STATE ITEM NUMBERS TEXT");
  const given = STATES.get(state);
  if (given === undefined) return refuse(item, `invalid plugin status ${state}`);
  const entries = numbers === "-" ? [] : numbers.split("|");
  const perfs = new Map<string, Perf>();
  for (const entry of entries) {
    const perf = readEntry(entry);
    if (perf === undefined) return refuse(item, `invalid performance data ${entry}`);
    perfs.set(perf.name, perf);
  }

  const [summary = "", ...details] = text.split("\\n");
  const findings: Finding[] = [{ state: given === "P" ? OK : given, text: summary }];
  const misnamed: Finding[] = [];
  const perfdata: Perf[] = [];
  for (const perf of perfs.values())
    if (!METRIC.test(perf.name))
      misnamed.push({ state: WARN, text: `Invalid metric name: '${perf.name}'` });
    else {
      perfdata.push(perf);
      findings.push(
        given === "P" ? measured(`${perf.name}: ${number(perf.value)}`, perf, number) : { perf },
      );
    }
  findings.push(...misnamed);
  if (details.length > 0) findings.push({ text: details.join("\n"), quiet: true });
  return {
    item,
    state: findings.reduce<State>((state, one) => worseOf(state, one.state ?? OK), OK),
    findings,
    perfdata,
    cached,
  };
}

const STATES: ReadonlyMap<string, State | "P"> = new Map<string, State | "P">([
  ["0", OK],
  ["1", WARN],
  ["2", CRIT],
  ["3", UNKNOWN],
  ["P", "P"],
]);

const METRIC = /^[\w.-]+$/;
/** The number that a value begins with; infinity and NaN are read so that they can be refused. */
const NUMBER = /^[+-]?(?:inf|nan|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/i;

/** `name=value[unit][;[lower:]upper[;[lower:]upper[;min[;max]]]]`: warn, then crit. */
function readEntry(entry: string): Perf | undefined {
  const at = entry.indexOf("=");
  if (at < 0) return undefined;
  const [text = "", warn = "", crit = "", min, max] = entry.slice(at + 1).split(";");
  // As Checkmk does: a value without any number is 0.
  const value = Number(NUMBER.exec(text)?.[0] ?? 0);
  if (!Number.isFinite(value)) return undefined;
  const [low, high] = [range(warn), range(crit)];
  return {
    name: entry.slice(0, at),
    value,
    levels: {
      upper: pair(low.upper, high.upper, Infinity),
      lower: pair(low.lower, high.lower, -Infinity),
    },
    min: decimal(min),
    max: decimal(max),
  };
}

/** `10:20` is both bounds, `20` the upper one. */
function range(text: string) {
  if (!text.includes(":")) return { upper: decimal(text), lower: undefined };
  const parts = text.split(":");
  return {
    upper: decimal(parts.at(-1)),
    lower: parts.length === 2 ? decimal(parts[0]) : undefined,
  };
}

/** What is crit is warn too; what is warn alone never becomes crit. */
const pair = (
  warn: number | undefined,
  crit: number | undefined,
  never: number,
): Levels | undefined => {
  if (warn === undefined && crit === undefined) return undefined;
  return { warn: warn ?? crit ?? never, crit: crit ?? never };
};
