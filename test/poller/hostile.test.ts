import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { evaluate } from "../../poller/judge/evaluate.ts";
import { type HostReport, parse } from "../../poller/parse.ts";
import type { Section } from "../../poller/sections.ts";
import { shared, testWith } from "../peers.ts";
import { dump, dumps, examined } from "./examined.ts";

const corpusTest = testWith(shared);

/** What the least report of a host comes to, in characters, and how much more a byte may add. */
const LEAST = 16_384;
const MOST_PER_BYTE = 10;

const NAMES = checks.map(({ section }) => section);

/** Any place between the beginning and the end. */
const place = fc.noBias(fc.integer({ min: 0, max: 1_000_000 })).map((part) => part / 1_000_000);
const upTo = (length: number, part: number): number => Math.round(length * part);
const anyDump = fc.constantFrom(...(dumps.length > 0 ? dumps : [""]));

/** Judges whatever it is; says how much came of it, and of how many hosts. */
function expectBounded(bytes: Buffer): void {
  const report = parse(bytes);
  const outcomes = report.hosts.map((host) => examined({ ...report, hosts: [host] }));
  const total = outcomes.reduce(
    (sum, { services, findings, blocks }) =>
      sum +
      JSON.stringify([[...services], findings]).length +
      blocks.reduce((bytes, { text }) => bytes + text.length, 0),
    0,
  );
  expect(total).toBeLessThan(outcomes.length * LEAST + MOST_PER_BYTE * bytes.length);
}

test("any bytes come to something, and to no more than they are worth", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => expectBounded(Buffer.from(bytes))),
    { numRuns: 300 },
  );
});

test("any bytes below the headers of known sections do so too", () => {
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc
      .array(
        fc.constantFrom(
          ..."[x] [[[x]]] { } [] 0 1 -1 1e9 x:y a=b ; | : === [df] null --- ==>".split(" "),
        ),
        { maxLength: 12 },
      )
      .map((words) => words.join(" ")),
  );
  const header = fc
    .record({ name: fc.constantFrom(...NAMES), separator: fc.constantFrom(0, 9, 58, 59, 124, -1) })
    .map(({ name, separator }) => `<<<${name}${separator < 0 ? "" : `:sep(${separator})`}>>>`);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(header, fc.array(line, { maxLength: 20 })), { maxLength: 20 }),
      (sections) =>
        expectBounded(
          Buffer.from(
            sections.flatMap(([head, lines]) => [head, ...lines, ""]).join("\n"),
            "latin1",
          ),
        ),
    ),
    { numRuns: 300 },
  );
});

describe("reports of real agents", () => {
  corpusTest("spliced anywhere come to something, and to no more than they are worth", () => {
    fc.assert(
      fc.property(anyDump, place, anyDump, place, (first, end, second, start) => {
        const [head, tail] = [dump(first), dump(second)];
        expectBounded(
          Buffer.concat([
            head.subarray(0, upTo(head.length, end)),
            tail.subarray(upTo(tail.length, start)),
          ]),
        );
      }),
      { numRuns: 150 },
    );
  });

  corpusTest("cut off anywhere are the same up to there", () => {
    let compared = 0;
    fc.assert(
      fc.property(anyDump, place, (name, end) => {
        const whole = dump(name);
        const cut = upTo(whole.length, end);
        const full = parse(whole);
        const part = parse(whole.subarray(0, cut));
        for (const host of full.hosts) {
          const rest = part.hosts.find((one) => one.host === host.host);
          for (const section of complete(host, whole, cut)) {
            compared++;
            const own = rest?.sections.get(section.name);
            expect(own && said(own), `${name}: ${section.name}`).toEqual(said(section));
          }
        }
        expectBounded(whole.subarray(0, cut));
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});

/** Sections of which all was said before a cut. */
function complete({ sections, parts }: HostReport, whole: Buffer, cut: number): Section[] {
  const torn = new Set(
    parts
      .filter(({ bytes }) => bytes.byteOffset - whole.byteOffset + bytes.length > cut)
      .map(({ header }) => header.name),
  );
  return [...sections.values()].filter(({ name }) => !torn.has(name));
}

/** The lines of a section, and what comes of them. */
function said(section: Section) {
  const judged = evaluate([section], { catalogue: checks, at: 1_800_000_000 });
  const { cached, persist, rows } = section;
  const services = judged.sections.flatMap(({ results }) => results);
  return { cached, persist, lines: [...rows.lines()], services };
}
