import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sections } from "../agent/sections/index.ts";
import { checks } from "../poller/checks/index.ts";
import type { Check } from "../poller/judge/check.ts";
import { evaluate } from "../poller/judge/evaluate.ts";
import type { Family } from "../poller/judge/metrics.ts";
import { parse } from "../poller/parse.ts";
import { top } from "./peers.ts";

const ROOMS = ["wire", "waitmax", "agent", "poller"] as const;
const LONGEST = 250;

const filesBelow = (folder: string): string[] =>
  readdirSync(join(top, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(top, name), { throwIfNoEntry: false })?.isFile())
    .sort();
const text = (name: string): string => readFileSync(join(top, name), "utf8");
const sources = ROOMS.flatMap(filesBelow).filter((name) => name.endsWith(".ts"));
const stem = (name: string): string => name.replace(/^.*\//, "").replace(/\.ts$/, "");
const unitsIn = (folder: string): string[] =>
  filesBelow(folder)
    .map(stem)
    .filter((name) => name !== "index");
const agentSections = sections({
  version: "0",
  configDir: "",
  stateDir: "",
  pluginsDir: "",
  localDir: "",
  onlyFrom: [],
});

describe("rooms", () => {
  const imports = (name: string): string[] =>
    [...text(name).matchAll(/(?:from |import\()"([^"]+)"/g)].map((match) => match[1] ?? "");
  const entered = (name: string): string[] =>
    imports(name)
      .filter((path) => path.startsWith("."))
      .map((path) => join(name, "..", path).split("/")[0] ?? "");
  const may: Record<(typeof ROOMS)[number], string[]> = {
    wire: ["wire"],
    waitmax: ["waitmax"],
    agent: ["agent", "wire", "waitmax"],
    poller: ["poller", "wire", "waitmax"],
  };

  test.each(ROOMS)("%s enters only the rooms that it may", (room) => {
    for (const name of filesBelow(room).filter((path) => path.endsWith(".ts")))
      expect(
        entered(name).filter((other) => !may[room].includes(other)),
        name,
      ).toEqual([]);
  });

  test("execa is loaded in one file only, and prom-client in one", () => {
    for (const [name, home] of [
      ["execa", "waitmax/run.ts"],
      ["prom-client", "poller/self.ts"],
    ] as const)
      expect(sources.filter((file) => imports(file).includes(name))).toEqual([home]);
  });

  test("there are no drawers for odds and ends", () => {
    const folders = sources.flatMap((name) => name.split("/").slice(0, -1));
    expect(folders).not.toEqual(expect.arrayContaining(["common"]));
    for (const drawer of ["common", "utils", "lib", "src", "helpers"])
      expect(folders).not.toContain(drawer);
  });
});

describe("names", () => {
  test("a section's file has the section's name, and the catalogue holds every file", () => {
    expect(agentSections.map((section) => section.name).sort()).toEqual(unitsIn("agent/sections"));
  });

  test("a check's file has its section's name, and the catalogue holds every file in order", () => {
    expect(checks.map((check) => check.section)).toEqual(unitsIn("poller/checks"));
  });

  test("whatever the agent sends has a check", () => {
    const known = new Set(checks.map((check) => check.section));
    const without = agentSections.map(({ name }) => name).filter((name) => !known.has(name));
    expect(without).toEqual([]);
  });

  test("every section and every check has a test that mirrors it", () => {
    const units = [...filesBelow("agent/sections"), ...filesBelow("poller/checks")];
    for (const unit of units.filter((name) => stem(name) !== "index"))
      expect(filesBelow("test")).toContain(join("test", unit.replace(/\.ts$/, ".test.ts")));
  });
});

describe("metrics", () => {
  const families = checks.flatMap(familiesOf);

  test("a family is declared once, whoever gives it", () => {
    const byName = new Map<string, Family<never>>();
    for (const family of families) {
      const known = byName.get(family.name);
      if (known) expect(known, family.name).toBe(family);
      byName.set(family.name, family);
    }
  });

  test("names are node_exporter's, windows_exporter's or ours, counters end in _total", () => {
    for (const { name, type } of families) {
      expect(name).toMatch(/^(node|windows|roundsman)_[a-zA-Z0-9_]+$/);
      if (type === "counter") expect(name).toMatch(/_total$/);
    }
  });
});

describe("files", () => {
  test("are short", () => {
    const lines = (name: string): number => text(name).split("\n").length;
    expect(sources.filter((name) => lines(name) > LONGEST)).toEqual([]);
    const sizes = sources.map(lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(100);
  });

  test("leave nothing behind: no marks, nothing silenced", () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b|eslint-disable|@ts-(ignore|expect-error|nocheck)/;
    const silenced = / as any(?=[;,).\]])|as unknown as/;
    for (const name of [...sources, ...filesBelow("test")])
      if (name.endsWith(".ts") && name !== "test/house.test.ts") {
        expect(text(name), name).not.toMatch(marks);
        expect(text(name), name).not.toMatch(silenced);
      }
  });

  test("the lock file holds no addresses", () => {
    expect(text("package-lock.json")).not.toMatch(/"resolved": *"http/);
  });
});

test("the README's table is what the code registers", () => {
  const readme = text("README.md");
  const [begin, end] = ["<!-- sections: begin -->\n", "<!-- sections: end -->"];
  const [before = "", rest = ""] = readme.split(begin);
  const after = rest.slice(rest.indexOf(end));
  const wanted = `${before}${begin}${sectionTable()}${after}`;
  if (process.env["UPDATE"] === "1") writeFileSync(join(top, "README.md"), wanted);
  else expect(readme, "run UPDATE=1 npm test -- test/house.test.ts").toBe(wanted);
});

function familiesOf(check: Check): Family<never>[] {
  return check.metrics.flatMap((metric) => ("families" in metric ? metric.families : [metric]));
}

/** The README's table, as prettier lays it out. */
function sectionTable(): string {
  const sent = new Set(agentSections.map((section) => section.name));
  const services = serviceNames();
  const rows = checks.map((check) => [
    `\`${check.section}\``,
    systems(check),
    sent.has(check.section) || check.section === "roundsman_agent" ? "yes" : "",
    services.get(check.section)?.join(", ") ?? "",
    metricNames(check),
    settings(check.params).join(", "),
  ]);
  const all = [
    ["section", "systems", "our agent", "services", "metrics", "levels (warn/crit) and settings"],
    ...rows,
  ];
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  return `\n${line(all[0] ?? [])}${rule}${rows.map(line).join("")}\n`;
}

/** As the head of the check's file has it; Linux, where it says nothing. */
function systems({ section }: Check): string {
  const [, named = "Linux"] =
    /^ \* Systems: (.*)$/m.exec(text(`poller/checks/${section}.ts`)) ?? [];
  return named;
}

/** What the checks make of the specimen, with `…` for items, by their sections. */
function serviceNames(): Map<string, readonly string[]> {
  const report = parse(Buffer.from(text("test/fixtures/output/specimen.txt")));
  const { sections: judged } = evaluate(report.hosts[0]?.sections.values() ?? [], {
    catalogue: checks,
    at: 2e9,
  });
  return new Map(
    judged.map(({ check, results }) => [
      check.section,
      [...new Set(results.map(nameOf))].slice(0, MAX_SERVICES),
    ]),
  );
}

const MAX_SERVICES = 4;

/** Where the item is not in the name it stands at its end all the same. */
function nameOf({ service, item }: { readonly service: string; readonly item?: string }): string {
  const name = item === undefined ? service : service.replace(item, "…");
  return (
    item !== undefined && name === service ? service.replace(/ \S+$/, " …") : name
  ).replaceAll("|", "\\|");
}

/** Names up to the last common word, with how many there are: `node_memory_…` (57). */
function metricNames(check: Check): string {
  const groups = new Map<string, string[]>();
  for (const { name } of familiesOf(check)) {
    const stemOf = name.split("_").slice(0, 2).join("_");
    groups.set(stemOf, [...(groups.get(stemOf) ?? []), name]);
  }
  return [...groups]
    .map(([start, names]) =>
      names.length === 1 ? `\`${String(names[0])}\`` : `\`${start}_*\` (${names.length})`,
    )
    .join(", ");
}

/** `used 0.8/0.9`: levels that are on, settings that are not empty. */
function settings(params: object, path = ""): string[] {
  return Object.entries(params).flatMap(([key, value]: [string, unknown]) => {
    const name = `${path}${key}`;
    if (Array.isArray(value)) return value.length > 0 ? [`\`${name}: ${value.join(" ")}\``] : [];
    if (typeof value !== "object" || value === null) return [`\`${name}: ${String(value)}\``];
    if (!("warn" in value && "crit" in value)) return settings(value, `${name}.`);
    const off = [value.warn, value.crit].every((level) => Math.abs(Number(level)) === Infinity);
    return off ? [] : [`\`${name} ${String(value.warn)}/${String(value.crit)}\``];
  });
}
