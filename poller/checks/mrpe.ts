import type { Cached } from "../../wire/header.ts";
import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, OK, type State, UNKNOWN, WARN, worst } from "../judge/state.ts";
import { cachedAge, uncached } from "../readings/cached_line.ts";
import { type PluginPerf, readPerfdata } from "../readings/nagios_perfdata.ts";

/** What a Nagios plugin came to. */
export interface PluginResult {
  readonly item: string;
  readonly state: State;
  readonly findings: readonly Finding[];
  readonly perfdata: readonly PluginPerf[];
  readonly cached?: Cached | undefined;
}

/**
 * Services that Nagios plugins judge on the host: `(COMMAND) ITEM STATE TEXT|NUMBERS`.
 *
 * Section: mrpe   Source: the commands of the agent's mrpe.cfg (Monitoring Plugins' guidelines)
 * Systems: all
 * Params: none
 */
export const mrpe: Check<readonly PluginResult[]> = {
  section: "mrpe",
  params: {},

  parse(rows) {
    const found = new Map<string, PluginResult>();
    for (const line of rows.lines()) {
      const result = readLine(line);
      if (result) found.set(result.item, result);
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((results: readonly PluginResult[]) => results, { item: (one) => one.item }, [
      gauge(
        "roundsman_mrpe_state",
        "State of a Nagios plugin's service: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN.",
        (one) => one.state,
      ),
      gauge(
        "roundsman_mrpe_collected_timestamp_seconds",
        "When a Nagios plugin ran that the agent does not run for each report.",
        (one) => one.cached?.at,
      ),
    ]),
    each(
      numbers,
      { item: (one) => one.item, metric: (one) => one.metric, unit: (one) => one.perf.unit },
      [
        gauge("roundsman_mrpe_value", "A number that a Nagios plugin gave.", ({ perf }) =>
          perf.unit === "count" ? undefined : perf.value * perf.factor,
        ),
        gauge("roundsman_mrpe_warn", "Where a Nagios plugin's number becomes WARN.", ({ perf }) =>
          bound(perf, perf.levels?.upper?.warn),
        ),
        gauge("roundsman_mrpe_crit", "Where a Nagios plugin's number becomes CRIT.", ({ perf }) =>
          bound(perf, perf.levels?.upper?.crit),
        ),
        gauge("roundsman_mrpe_min", "Least that a Nagios plugin's number may be.", ({ perf }) =>
          bound(perf, perf.min),
        ),
        gauge("roundsman_mrpe_max", "Most that a Nagios plugin's number may be.", ({ perf }) =>
          bound(perf, perf.max),
        ),
      ],
    ),
    each(
      (results: readonly PluginResult[]) =>
        [...numbers(results)].filter(({ perf }) => perf.unit === "count"),
      { item: (one) => one.item, metric: (one) => one.metric },
      [
        counter(
          "roundsman_mrpe_value_total",
          "A number that a Nagios plugin gave, and that only grows.",
          ({ perf }) => perf.value,
        ),
      ],
    ),
  ],

  *evaluate(results, context) {
    for (const { item, findings, cached } of results)
      yield conclude(item, [...findings, ...(cached ? [cachedAge(cached, context.at)] : [])], item);
  },
};

function* numbers(results: readonly PluginResult[]) {
  for (const { item, perfdata } of results)
    for (const perf of perfdata) yield { item, metric: perf.name, perf };
}

const bound = ({ factor }: PluginPerf, value = Infinity): number | undefined =>
  Number.isFinite(value) ? value * factor : undefined;

const STATES: readonly State[] = [OK, WARN, CRIT, UNKNOWN];
/** What the agent puts in the place of a line's end. */
const NEXT_LINE = "\u0001";

/** A line of fewer than two words says nothing. */
function readLine(whole: string): PluginResult | undefined {
  const { cached, line } = uncached(whole);
  const words = line.trimStart().split(/[ \t]+/);
  if (/^\(.*\)$/.test(words[0] ?? "")) words.shift();
  const [name = "", code, ...rest] = words;
  if (code === undefined) return undefined;
  const { summary, details, perfdata } = readOutput(rest.join(" "));
  const { perfs, faults } = readPerfdata(perfdata);
  const state = STATES[integer(code) ?? -1];
  const findings: Finding[] = [
    state === undefined
      ? { state: UNKNOWN, text: `Invalid plugin status '${code}'. Output is: ${summary}` }
      : { state, text: summary },
    ...perfs.map((perf) => ({ perf })),
    ...faults.map((fault) => ({ state: UNKNOWN, text: `Undefined metric: ${fault}` })),
    { text: details, quiet: true },
  ];
  return {
    item: unquoted(name),
    state: worst(findings.map((one) => one.state ?? OK)),
    findings,
    perfdata: perfs,
    cached,
  };
}

/** Of the first line numbers follow the bar; of later ones all after the first bar are numbers. */
function readOutput(output: string) {
  const [first = "", ...more] = output.split(NEXT_LINE);
  const [summary, numbers] = halves(first);
  const [details, moreNumbers] = halves(more.join("\n"));
  return {
    summary: summary.trim(),
    details: details.trim(),
    perfdata: `${numbers} ${moreNumbers}`,
  };
}

function halves(text: string): [before: string, after: string] {
  const bar = text.indexOf("|");
  return bar < 0 ? [text, ""] : [text.slice(0, bar), text.slice(bar + 1)];
}

const QUOTED = /(?:%[0-9A-Fa-f]{2})+/g;

/** `My%20service`; bytes that are no UTF-8 stay as they are. */
function unquoted(name: string): string {
  return name.replace(QUOTED, (codes) => {
    const bytes = Uint8Array.from(codes.slice(1).split("%"), (code) => parseInt(code, 16));
    const text = new TextDecoder().decode(bytes);
    return text.includes("\ufffd") ? codes : text;
  });
}
