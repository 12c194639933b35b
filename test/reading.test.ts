import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { checks } from "../poller/checks/index.ts";
import { evaluate } from "../poller/judge/evaluate.ts";
import { parse } from "../poller/parse.ts";
import { samples } from "../poller/samples.ts";
import { bin } from "./dist.ts";
import { shared, testWith } from "./peers.ts";
import { runProgram } from "./programs.ts";

const test = testWith(shared);
const folder = join(shared.path, "corpus", "dumps");
const dumps = shared.there
  ? readdirSync(folder).filter((name) => /^linux-2\.4\.0p21-debian12-.*\.txt$/.test(name))
  : [];

/** Which fields there are is a matter of the kernel. */
const KERNELS = ["mem"];

interface Reading {
  readonly families: readonly string[];
  readonly services: readonly string[];
}

/** What each section comes to, whatever the things on the host are called. */
function reading(report: Buffer): Map<string, Reading> {
  const families = new Map<string, readonly string[]>();
  const { sections } = evaluate(parse(report).hosts[0]?.sections.values() ?? [], {
    catalogue: checks,
    at: Date.now() / 1000,
    take: (check, data) =>
      void families.set(check.section, names([...samples(check.metrics, data)])),
  });
  return new Map(
    sections.map(({ check: { section }, results }) => [
      section,
      {
        families: KERNELS.includes(section) ? [] : (families.get(section) ?? []),
        services: names(
          results.map(({ service, item }) => ({
            name: item === undefined ? service : service.replace(/ \S+$/, " *"),
          })),
        ),
      },
    ]),
  );
}

const names = (all: readonly { readonly name: string }[]): readonly string[] =>
  [...new Set(all.map(({ name }) => name))].sort();

describe("our agent's report is read as that of", () => {
  test("other agents, of which some are there", () => {
    expect(dumps.length).toBeGreaterThanOrEqual(3);
  });

  for (const name of dumps)
    test(`${name.replace(".txt", "")}: same services, same metric families`, async () => {
      const { stdout } = await runProgram(bin("roundsman-agent"), ["print"], {
        encoding: "buffer",
        maxBuffer: 1 << 24,
      });
      const [ours, theirs] = [reading(stdout), reading(readFileSync(join(folder, name)))];
      const both = [...ours.keys()].filter((section) => theirs.has(section));
      expect(both.length).toBeGreaterThan(10);
      for (const section of both) expect(ours.get(section), section).toEqual(theirs.get(section));
    });
});
