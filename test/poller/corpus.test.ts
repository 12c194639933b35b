import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { parseFile } from "../../poller/commands/parse.ts";
import { evaluate } from "../../poller/judge/evaluate.ts";
import { parse, projectHostName } from "../../poller/parse.ts";
import { shared, testWith } from "../peers.ts";

interface Listing {
  readonly hosts: readonly {
    readonly host: string;
    readonly sections: readonly { name: string; options: object; lines: number }[];
  }[];
}

const test = testWith(shared);
const folder = join(shared.path, "corpus", "dumps");
const dumps = shared.there ? readdirSync(folder).filter((name) => name.endsWith(".txt")) : [];

/** What is in real output and has no check, and why. */
const UNKNOWN: Readonly<Record<string, string>> = {
  hello: "a plugin made up for the dump",
  slowplug: "a plugin made up for the dump",
  spooltest: "a file made up for the dump",
  hitachi_hnas_rest_:
    "a storage system's own agent, of which no description of the fields is at hand",
  netapp_eseries_: "a storage system's own agent, of which no description of the fields is at hand",
  watterott_co2ampel_plugin: "one maker's traffic light for the air",
};

const known = new Set(checks.map(({ section }) => section));
const isExcused = (section: string): boolean =>
  Object.keys(UNKNOWN).some(
    (name) => section === name || (name.endsWith("_") && section.startsWith(name)),
  );

/** How often each section occurs: `files headers lines section`. */
const frequencies = shared.there
  ? readFileSync(join(shared.path, "corpus", "section-frequency.txt"), "utf8")
      .split("\n")
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(/\s+/))
      .map(([files, , , name = ""]) => ({ name, files: Number(files) }))
  : [];

describe("sections of real agents", () => {
  test("have a check or a reason to have none, and nearly all have one", () => {
    const strange = frequencies.filter(({ name }) => !known.has(name));
    expect(strange.filter(({ name }) => !isExcused(name))).toEqual([]);
    const count = (some: typeof frequencies): number =>
      some.reduce((sum, { files }) => sum + files, 0);
    expect(1 - count(strange) / count(frequencies)).toBeGreaterThan(0.95);
  });

  for (const name of dumps)
    test(`${name} has none that its check cannot read`, () => {
      const report = parse(readFileSync(join(folder, name)), { tornLine: "keep" });
      for (const { host, sections } of report.hosts) {
        const { sections: judged } = evaluate(sections.values(), { catalogue: checks, at: 2e9 });
        const broken = judged.filter(({ error }) => error !== undefined);
        expect(broken.map(({ check, error }) => `${host} ${check.section}: ${error}`)).toEqual([]);
        const strange = [...sections.keys()].filter((one) => !known.has(one) && !isExcused(one));
        expect(strange).toEqual([]);
      }
    });
});

describe("output of real agents", () => {
  test("is there", () => {
    expect(dumps.length).toBeGreaterThan(20);
  });

  // The oracle also strips a line before it looks for a header, and leaves host names as sent.
  for (const name of dumps)
    test(`${name} holds the sections and lines that a naive parser sees`, async () => {
      const path = join(folder, name);
      const oracle = JSON.parse(readFileSync(`${path}.oracle.json`, "utf8")) as Listing;
      const ours = JSON.parse(await parseFile(path, { json: true })) as Listing;
      expect(ours.hosts).toEqual(
        oracle.hosts.map(({ host, sections }) => ({
          host: host && projectHostName(host),
          sections: sections.map(({ name, options, lines }) => ({ name, options, lines })),
        })),
      );
    });

  for (const name of dumps)
    test(`${name} loses no line on the way to a check`, () => {
      const report = parse(readFileSync(join(folder, name)));
      expect(report.refused).toEqual([]);
      expect(report.truncated).toBe(false);
      for (const { sections, parts } of report.hosts) {
        const counted = parts.reduce((sum, part) => sum + part.countLines(), 0);
        const rows = [...sections.values()].flatMap((section) => [...section.rows]);
        expect(rows).toHaveLength(counted);
        expect(rows.filter((row) => row.length === 0)).toEqual([]);
      }
    });
});
