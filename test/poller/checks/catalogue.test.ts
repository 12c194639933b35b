import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { type Check, ParseError } from "../../../poller/judge/check.ts";
import { top } from "../../peers.ts";
import { judged, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const RUNS = 300;

/** A report with every section that a check is for, in lines. */
const specimen = readFileSync(join(top, "test/fixtures/output/specimen.txt"), "utf8").split("\n");

/** The lines of one section, headers included. */
function linesOf(section: string): string[] {
  let inside = false;
  return specimen.filter((line) => {
    const [, name] = /^<<<(\w+).*>>>$/.exec(line) ?? [];
    if (name !== undefined) inside = name === section;
    return inside;
  });
}

const word = fc.oneof(
  fc.constantFrom(
    ..."0 -1 7 3.5 1e999 nan inf 99999999999999999999 100% - / kB : = | ; P [] {} null".split(" "),
    "",
    "\t",
    "\u0000",
    "\u{1f600}",
  ),
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, "")),
);

/** What can befall a line: another word in it, less of it, none of it, the same again. */
const mishap = fc.record({
  kind: fc.constantFrom("word", "cut", "drop", "repeat", "move"),
  line: fc.nat(),
  place: fc.nat(),
  word,
});
type Mishap = typeof mishap extends fc.Arbitrary<infer Kind> ? Kind : never;

function befall(lines: readonly string[], { kind, line, place, word }: Mishap): string[] {
  const at = line % lines.length;
  const old = lines[at] ?? "";
  const words = old.split(/(?<=[\s:,=|])/);
  const changed = {
    word: [words.with(place % words.length, `${word} `).join("")],
    cut: [old.slice(0, place % (old.length + 1))],
    drop: [],
    repeat: [old, old],
    move: [lines[place % lines.length] ?? "", old],
  }[kind];
  return old.startsWith("<<<") ? [...lines] : lines.toSpliced(at, 1, ...changed);
}

/** A section as it might arrive. */
function damaged(section: string): fc.Arbitrary<string> {
  const lines = linesOf(section);
  return fc
    .array(mishap, { maxLength: 6 })
    .map((mishaps) => `${mishaps.reduce(befall, lines).join("\n")}\n`);
}

/** What a section comes to, or nothing where it is refused with a reason. */
function read(check: Check, text: string): unknown {
  try {
    return check.parse(sectionRows(text));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

describe.each(checks.map((check) => [check.section, check] as const))("%s", (section, check) => {
  test("takes whatever is sent: data, nothing, or a reason why not", () => {
    let taken = 0;
    fc.assert(
      fc.property(damaged(section), damaged(section), (now, earlier) => {
        const data = read(check, now);
        if (data === undefined) return;
        taken++;
        const before = read(check, earlier);
        expectSoundResults(check, data);
        if (before !== undefined) expectSoundResults(check, data, before);
        expectSoundSamples(check, data);
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 5);
  });

  test("has settings that are plain data", () => {
    const leaves = (value: unknown): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
    for (const leaf of leaves(check.params))
      expect(["number", "string", "boolean"]).toContain(typeof leaf);
    expect(structuredClone(check.params)).toEqual(check.params);
  });
});

function expectSoundResults(check: Check, data: unknown, before?: unknown): void {
  const previous = before === undefined ? {} : { previous: { data: before, at: 40 } };
  const results = judged(check, data, { at: 100, ...previous });
  const services = results.map(({ service }) => service);
  expect(services).toEqual([...new Set(services)]);
  for (const result of results) {
    expect([0, 1, 2, 3]).toContain(result.state);
    expect(result.service).not.toBe("");
    expect(result.summary).not.toMatch(/NaN|undefined|\[object/);
    for (const { name, value } of result.perfdata ?? []) {
      expect(name).not.toBe("");
      expect(value, name).not.toBeNaN();
    }
  }
}

function expectSoundSamples(check: Check, data: unknown): void {
  const seen = new Set<string>();
  for (const { name, labels, value } of samples(check, data)) {
    expect(value, name).not.toBeNaN();
    const series = JSON.stringify([name, labels]);
    expect(seen.has(series), series).toBe(false);
    seen.add(series);
  }
}

test("each section has one check, and they stand in the order of their names", () => {
  const names = checks.map((check) => check.section);
  expect(names).toEqual([...new Set(names)].sort());
});
