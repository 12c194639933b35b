import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { evaluate } from "../../../poller/judge/evaluate.ts";
import type { Check } from "../../../poller/judge/check.ts";
import { parse } from "../../../poller/parse.ts";
import { bin } from "../../dist.ts";
import { shared, testWith, top } from "../../peers.ts";
import { runProgram, temporaryFolder } from "../../programs.ts";
import { DEPLOY } from "./rule_files.ts";

interface Table {
  readonly sources: Readonly<Record<string, { readonly repository: string; commit: string }>>;
  readonly metrics: readonly {
    readonly name: string;
    readonly labels: readonly string[];
    readonly used_by: readonly string[];
    readonly given_by: "any agent" | "any agent where there is one" | "our agent" | "nobody";
  }[];
}

const { sources, metrics } = JSON.parse(
  readFileSync(join(DEPLOY, "node_metrics.json"), "utf8"),
) as Table;
const names = (by: string): string[] =>
  metrics.filter(({ given_by }) => given_by === by).map(({ name }) => name);

/** Families that a check makes of what it read. */
function familiesOf(check: Check, data: unknown): string[] {
  return check.metrics.flatMap((metric) =>
    "families" in metric
      ? [...metric.things(data)].flatMap((thing) =>
          metric.families.flatMap((one) => (one.read(thing) === undefined ? [] : [one.name])),
        )
      : metric.read(data) === undefined
        ? []
        : [metric.name],
  );
}

/** All that the checks make of a report, of whomever it speaks; of sections of some names alone. */
function given(report: Buffer, wanted: (section: string) => boolean = () => true): Set<string> {
  const found = new Set<string>();
  for (const { sections } of parse(report, { tornLine: "keep" }).hosts)
    evaluate(sections.values(), {
      catalogue: checks,
      at: 2e9,
      take(check, data) {
        if (wanted(check.section)) familiesOf(check, data).forEach((name) => found.add(name));
      },
    });
  return found;
}

const dumps = join(shared.path, "corpus", "dumps");
const reports = (): Buffer[] =>
  readdirSync(dumps)
    .filter((name) => /^linux.*\.txt$/.test(name))
    .map((name) => readFileSync(join(dumps, name)));
const madeUp = readFileSync(join(top, "test/fixtures/output/specimen.txt"));

describe("the table of what dashboards and alerts made for node_exporter use", () => {
  test("is in order, and each metric is used by one of the sources at least", () => {
    const all = metrics.map(({ name }) => name);
    expect(all.length).toBeGreaterThan(200);
    expect(all).toEqual([...new Set(all)].sort());
    const users = new Set(metrics.flatMap(({ used_by }) => used_by));
    expect([...users].sort()).toEqual(Object.keys(sources).sort());
    for (const { used_by } of metrics) expect(used_by.length).toBeGreaterThan(0);
    for (const { commit } of Object.values(sources)) expect(commit).toMatch(/^[0-9a-f]{40}$/);
  });

  test("names what the catalogue has, with the labels that are used, and nobody gives the rest", () => {
    const labels = new Map(
      checks.flatMap((check) =>
        check.metrics.flatMap((metric) =>
          "families" in metric
            ? metric.families.map(({ name }) => [name, metric.labels] as const)
            : [[metric.name, [] as readonly string[]] as const],
        ),
      ),
    );
    for (const { name, labels: used, given_by } of metrics) {
      expect(labels.has(name), name).toBe(given_by !== "nobody");
      if (given_by === "nobody") continue;
      expect(used.filter((label) => labels.get(name)?.includes(label) !== true)).toEqual([]);
    }
  });

  testWith(shared)("says `any agent` of what reports of Checkmk's agents give", () => {
    const real = new Set(reports().flatMap((report) => [...given(report)]));
    const found = metrics.map(({ name }) => name).filter((name) => real.has(name));
    expect(found).toEqual(names("any agent"));
  });

  testWith(shared)(
    "says `where there is one` of what such sections of theirs give as hosts without one leave empty",
    () => {
      const sent = new Set(
        reports().flatMap((report) =>
          parse(report, { tornLine: "keep" }).hosts.flatMap(({ sections }) => [...sections.keys()]),
        ),
      );
      const possible = given(madeUp, (section) => sent.has(section));
      const found = names("any agent where there is one");
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((name) => !possible.has(name))).toEqual([]);
      expect(names("our agent").filter((name) => possible.has(name))).toEqual([]);
    },
  );

  test("says `our agent` of what only ours gives, and of nothing that it does not", async () => {
    const folder = temporaryFolder();
    const flags = ["print", "--plugins", folder, "--local", folder];
    const { stdout } = await runProgram(bin("roundsman-agent"), flags, {
      maxBuffer: 1 << 26,
      encoding: "buffer",
    });
    const ours = given(stdout);
    expect(ours.size).toBeGreaterThan(50);
    const only = names("our agent");
    expect(only.length).toBeGreaterThan(0);
    // A kernel without connection tracking has nothing to say of it.
    const missing = only.filter((name) => !ours.has(name));
    expect(missing.filter((name) => !name.startsWith("node_nf_conntrack_"))).toEqual([]);
    expect(names("nobody").filter((name) => ours.has(name))).toEqual([]);
  });

  test("is what the README says of the largest of the dashboards", () => {
    const full = metrics.filter(({ used_by }) => used_by.includes("full"));
    const by = (whom: string): number => full.filter(({ given_by }) => given_by === whom).length;
    const readme = readFileSync(join(DEPLOY, "README.md"), "utf8").replace(/\s+/g, " ");
    expect(readme).toContain(
      `Of the ${full.length} metrics that Node Exporter Full looks at, ` +
        `any agent gives ${by("any agent")} and ours ${by("our agent")} more`,
    );
  });
});
