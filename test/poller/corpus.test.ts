import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parseFile } from "../../poller/commands/parse.ts";
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
