/** Services as they are kept from poll to poll: in a fraction of the room that objects take. */
import type { Bounds, Levels } from "./judge/levels.ts";
import type { Perf } from "./judge/perfdata.ts";
import type { Ruled } from "./judge/ruled.ts";
import type { Rule } from "./judge/rules.ts";
import type { State } from "./judge/state.ts";

/** A service as a check of this poll left it. */
export interface Service extends Ruled {
  /** The check that gave it: the section's name. */
  readonly check: string;
}

/** What is told of a service most often. */
export type ServiceState = Pick<Service, "check" | "service" | "state">;

/** Services of one check. */
export interface Bundle {
  readonly check: string;
  /** A digit each. */
  readonly states: string;
  /** JSON: an array of texts. */
  readonly names: string;
  /** JSON: of each a row of item, summary, details, numbers and place of its rule. */
  readonly rest: string | Buffer;
  readonly rules: readonly Rule[];
}

export const bundle = (check: string, results: readonly Ruled[]): Bundle => {
  const rules = rulesOf(results);
  const names: string[] = [];
  const rows: Row[] = [];
  let states = "";
  for (const one of results) {
    states += String(one.state);
    names.push(one.service);
    rows.push(row(one, rules));
  }
  const rest = outside(JSON.stringify(rows));
  return { check, states, names: JSON.stringify(names), rest, rules };
};

const rulesOf = (results: readonly Ruled[]): readonly Rule[] =>
  results.some(({ rule }) => rule !== undefined)
    ? [...new Set(results.flatMap(({ rule }) => rule ?? []))]
    : NO_RULES;

const NO_RULES: readonly Rule[] = [];

/** From so many characters on it pays to keep a text outside of the garbage collector's reach. */
const LONG = 1024;

function outside(text: string): string | Buffer {
  if (text.length < LONG) return text;
  // Of its own allocation: a slice of Node's pool would keep the whole pool alive.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** Services of a host, in their order. */
export class Services implements Iterable<Service> {
  readonly bundles: readonly Bundle[];
  readonly length: number;

  constructor(bundles: readonly Bundle[]) {
    this.bundles = bundles;
    this.length = bundles.reduce((sum, { states }) => sum + states.length, 0);
  }

  /** Whether any of them is in that state. */
  has(state: State): boolean {
    return this.bundles.some(({ states }) => states.includes(String(state)));
  }

  /** The states alone. */
  *each(): Generator<State, void> {
    for (const { states } of this.bundles)
      for (let at = 0; at < states.length; at++) yield stateAt(states, at);
  }

  /** Whether these have the same names and states as others. */
  areAs({ bundles }: Services): boolean {
    return (
      bundles.length === this.bundles.length &&
      this.bundles.every((one, i) => {
        const other = bundles[i];
        return (
          one === other ||
          (one.check === other?.check && one.states === other.states && one.names === other.names)
        );
      })
    );
  }

  names(): string[] {
    return this.bundles.flatMap(({ names }) => JSON.parse(names) as string[]);
  }

  *states(): Generator<ServiceState, void> {
    for (const { check, states, names } of this.bundles)
      for (const [at, service] of (JSON.parse(names) as string[]).entries())
        yield { check, service, state: stateAt(states, at) };
  }

  *[Symbol.iterator](): Generator<Service, void> {
    for (const one of this.bundles) yield* opened(one);
  }
}

/** One by one, as objects. */
export function* opened({ check, states, names, rest, rules }: Bundle): Generator<Service, void> {
  const services = JSON.parse(names) as string[];
  const rows = JSON.parse(rest.toString()) as Row[];
  for (const [at, [item, summary, details, perfdata, place]] of rows.entries()) {
    const rule = place === undefined ? undefined : rules[place];
    yield {
      service: services[at] ?? "",
      check,
      state: stateAt(states, at),
      summary,
      ...(isThere(item) && { item }),
      ...(isThere(details) && { details }),
      ...(perfdata && { perfdata: perfdata.map(perf) }),
      ...(rule && { rule }),
    };
  }
}

const stateAt = (states: string, at: number): State => (states.charCodeAt(at) - 48) as State;

/** What comes last may be left out. */
type Row = readonly [
  item: string | null | undefined,
  summary: string,
  details?: string | null | undefined,
  perfdata?: readonly PerfRow[] | null | undefined,
  rule?: number,
];

/** A number, or what JSON has no number for. */
type Figure = number | string | null;

type PerfRow = readonly [
  name: string,
  value: Figure,
  min?: Figure,
  max?: Figure,
  upperWarn?: Figure,
  upperCrit?: Figure,
  lowerWarn?: Figure,
  lowerCrit?: Figure,
];

function row({ item, summary, details, perfdata, rule }: Ruled, rules: readonly Rule[]): Row {
  const perfs = perfdata?.map(perfRow);
  if (rule) return [item, summary, details, perfs, rules.indexOf(rule)];
  if (perfs) return [item, summary, details, perfs];
  return details === undefined ? [item, summary] : [item, summary, details];
}

function perfRow({ name, value, levels, min, max }: Perf): PerfRow {
  const { upper, lower } = levels ?? {};
  if (lower)
    return [
      ...([name, figure(value), figure(min), figure(max)] as const),
      ...([figure(upper?.warn), figure(upper?.crit)] as const),
      ...([figure(lower.warn), figure(lower.crit)] as const),
    ];
  if (upper)
    return [name, figure(value), figure(min), figure(max), figure(upper.warn), figure(upper.crit)];
  if (max !== undefined) return [name, figure(value), figure(min), figure(max)];
  return min === undefined ? [name, figure(value)] : [name, figure(value), figure(min)];
}

function perf([name, value, min, max, ...bounds]: PerfRow): Perf {
  const levels = levelsOf(bounds);
  return {
    name,
    value: number(value) ?? NaN,
    ...(levels && { levels }),
    ...(isThere(min) && { min: number(min) }),
    ...(isThere(max) && { max: number(max) }),
  };
}

function levelsOf(bounds: readonly (Figure | undefined)[]): Bounds | undefined {
  const [upper, lower] = [pair(bounds[0], bounds[1]), pair(bounds[2], bounds[3])];
  return (upper ?? lower) && { ...(upper && { upper }), ...(lower && { lower }) };
}

const pair = (warn: Figure | undefined, crit: Figure | undefined): Levels | undefined =>
  isThere(warn) && isThere(crit)
    ? { warn: number(warn) ?? NaN, crit: number(crit) ?? NaN }
    : undefined;

const isThere = <Value>(value: Value | null | undefined): value is Value =>
  value !== null && value !== undefined;

const figure = (value: number | undefined): Figure =>
  value === undefined ? null : Number.isFinite(value) ? value : String(value);

const number = (value: Figure): number | undefined => (value === null ? undefined : Number(value));
