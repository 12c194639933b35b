import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import type { Check, Result, Rows } from "../../poller/judge/check.ts";
import { type Bounds, NEVER } from "../../poller/judge/levels.ts";
import { shared, testWith } from "../peers.ts";
import { judged } from "./judging.ts";
import { compared } from "./parsed_facts.ts";
import { sectionRows } from "./rows.ts";

/** What Checkmk's own tests state of a section; see cases.md beside the file. */
interface Case {
  readonly id: string;
  readonly section: string;
  readonly kind: "parse" | "discover" | "check";
  readonly header: string;
  readonly lines: readonly string[];
  readonly params?: Readonly<Record<string, unknown>>;
  /** Epoch seconds. */
  readonly now?: number;
  readonly expect: {
    readonly item: string | null;
    readonly state: number | null;
    readonly metrics: Readonly<Record<string, number>>;
    readonly metric_names?: readonly string[];
    readonly items?: readonly (string | null)[];
    readonly absent?: true;
    readonly levels?: Readonly<Record<string, Readonly<Record<"upper" | "lower", Pair | null>>>>;
    readonly parsed?: Readonly<Record<string, unknown>>;
  };
}

type Pair = readonly [warn: number, crit: number];

const MIB = 2 ** 20;

/** Checkmk's settings as ours; pairs are warn and crit. */
const SETTINGS: Readonly<
  Record<string, (given: Readonly<Record<string, unknown>>, item: string | null) => object>
> = {
  cpu: ({ levels15 }) => (isPair(levels15) ? { load15: levels(levels15) } : {}),
  df: (given, item) => ({
    ...(isPair(given["levels"]) ? { used: shareOr(given["levels"], MIB) } : {}),
    ...(isPair(given["inodes_levels"]) ? { inodes: shareOr(given["inodes_levels"], 1) } : {}),
    magic: {
      factor: Number(given["magic"] ?? 1),
      normsize: Number(given["magic_normsize"] ?? 20) * 2 ** 30,
      low: levels(isPair(given["levels_low"]) ? given["levels_low"] : [50, 60], 0.01),
    },
    reserved: {
      show: given["show_reserved"] === true,
      subtract: given["subtract_reserved"] === true,
    },
    groups: groups(given["patterns"], item),
  }),
  // Nobody is late where the case says nothing of it.
  chrony: ({ ntp_levels: given }) => {
    const [stratum, ...offset] = Array.isArray(given) ? (given as unknown[]) : [];
    return {
      stratum: typeof stratum === "number" ? { warn: stratum, crit: stratum } : NEVER,
      offset: isPair(offset) ? levels(offset, 1e-3) : NEVER,
      lastSync: NEVER,
    };
  },
  multipath: ({ levels: given, use_alias: useAlias }) => ({
    ...(typeof given === "number" ? { expected: given } : {}),
    ...(isPair(given) ? { active: levels(given, 0.01) } : {}),
    useAlias: useAlias === true,
  }),
  // A disk is asked for by its name; all of them as one is a service of its own.
  diskstat: () => ({ summary: false }),
};

/** The poll before, where a case is about rates: what its note says of it. */
const EARLIER: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  "kernel-01": () => [
    "10000",
    "pgmajfault 1750000",
    "pswpin 240000",
    "pswpout 720000",
    "ctxt 500000000",
    "processes 4500000",
  ],
  "diskstat-04": ([time, ...counters]) => [String(Number(time) - 1), ...counters],
};

/** Checkmk's units to ours. */
const toBaseUnit = (section: string, metric: string): number =>
  section === "df" && /^(fs_(used|free|size)|reserved)$/.test(metric)
    ? MIB
    : /^(chrony|ntp)$/.test(section) && /^(offset|jitter)$/.test(metric)
      ? 1e-3
      : 1;

const cases: readonly Case[] = shared.there
  ? (JSON.parse(readFileSync(join(shared.path, "corpus", "cases.json"), "utf8")) as Case[])
  : [];
const checkOf = (section: string): Check | undefined =>
  checks.find((check) => check.section === section);

testWith(shared)("the cases that Checkmk's tests state are there", () => {
  expect(cases.length).toBeGreaterThan(50);
});

const covered = cases.flatMap((one) => {
  const check = checkOf(one.section);
  return check ? [[one.id, one, check] as const] : [];
});

describe.runIf(covered.length > 0)("Checkmk's own tests say of", () => {
  test.each(covered)("%s what we say", (id, one, check) => {
    const { item, state, metrics, metric_names: names = [], items, absent } = one.expect;
    const rows = rowsOf(one, one.lines);
    const results = resultsOf(one, check, rows);
    if (items)
      expect(results.map((result) => result.item ?? null).sort()).toEqual([...items].sort());
    if (one.expect.parsed) {
      const { ours, theirs } = compared(one.section, rows, item, one.expect.parsed);
      expect(ours).toMatchObject(theirs);
    }
    if (absent) expect(results.map((result) => result.item)).not.toContain(item);
    if (absent || state === null) return;

    const wanted = [...Object.keys(metrics), ...names];
    const result = results.find(
      (found) => (found.item ?? null) === item && wanted.every((name) => perfOf(found, name)),
    );
    expect(result, `${id}: a service of item ${String(item)} with ${wanted.join()}`).toBeDefined();
    expect(result?.state).toBe(state);
    for (const [name, value] of Object.entries(metrics)) {
      const found = (perfOf(result, name)?.value ?? NaN) / toBaseUnit(one.section, name);
      expect(Math.abs(found - value), name).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(value)),
      );
    }
    for (const [name, { upper, lower }] of Object.entries(one.expect.levels ?? {})) {
      const bounds: Bounds = perfOf(result, name)?.levels ?? {};
      expect([bounds.upper, bounds.lower], name).toEqual(
        [upper, lower].map((pair) =>
          pair ? levels(pair, toBaseUnit(one.section, name)) : undefined,
        ),
      );
    }
    if (names.length > 0)
      for (const name of names) expect(perfOf(result, name)?.value, name).toBeGreaterThan(0);
    else if (one.section === "local")
      expect(result?.perfdata?.map(({ name }) => name).sort()).toEqual(wanted.sort());
  });

  test("nothing less than a statement", () => {
    for (const [id, { expect: stated }] of covered) {
      const { state, items, parsed, absent } = stated;
      const statements = [state ?? undefined, items, parsed, absent];
      expect(
        statements.filter((one) => one !== undefined),
        id,
      ).not.toEqual([]);
    }
  });
});

describe.runIf(covered.length < cases.length)("there is no check yet for", () => {
  const missing = cases.filter(({ section }) => checkOf(section) === undefined);
  for (const section of new Set(missing.map((one) => one.section)))
    test.todo(`${section} (${missing.filter((one) => one.section === section).length} cases)`);
});

/** A section of two headers has its second part after the block of interfaces. */
function rowsOf({ header }: Case, lines: readonly string[]): Rows {
  const [first = "", second] = header.split(" + ");
  const end = second === undefined ? lines.length : lines.indexOf("[end_iplink]") + 1;
  const text = [first, ...lines.slice(0, end), ...(second ? [second, ...lines.slice(end)] : [])];
  return sectionRows(`${text.join("\n")}\n`);
}

function resultsOf(one: Case, check: Check, rows: Rows): Result[] {
  const data = check.parse(rows);
  if (data === undefined) return [];
  const timeOf = (known: unknown): number => one.now ?? check.time?.(known) ?? 1_700_000_000;
  const earlier = EARLIER[one.id]?.(one.lines);
  const before = earlier && check.parse(rowsOf(one, earlier));
  return judged(check, data, {
    at: timeOf(data),
    params: SETTINGS[one.section]?.(one.params ?? {}, one.expect.item) ?? {},
    ...(before === undefined ? {} : { previous: { data: before, at: timeOf(before) } }),
  });
}

const perfOf = (result: Result | undefined, name: string) =>
  result?.perfdata?.find((perf) => perf.name === name);

const isPair = (value: unknown): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === "number");

const levels = ([warn, crit]: Pair, factor = 1) => ({ warn: warn * factor, crit: crit * factor });

/** Percent, or from 101 on a number of `unit`. */
const shareOr = (pair: Pair, unit: number) => levels(pair, pair[0] <= 100 ? 0.01 : unit);

const groups = (patterns: unknown, name: string | null): object[] => {
  if (!Array.isArray(patterns) || name === null) return [];
  const [include, exclude] = patterns as [string[], string[]];
  return [{ name, include, exclude }];
};
