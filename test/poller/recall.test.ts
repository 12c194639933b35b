import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { type Examined, examine } from "../../poller/examine.ts";
import type { Rule } from "../../poller/judge/rules.ts";
import { type JudgingConfig, judging } from "../../poller/judging.ts";
import { parse } from "../../poller/parse.ts";
import type { Memory } from "../../poller/snapshots.ts";
import { top } from "../peers.ts";

const specimen = readFileSync(join(top, "test/fixtures/output/specimen.txt"), "utf8");
const parts = specimen.split(/^(?=<<<)/m);

const all = judging(checks);

interface Look {
  readonly memory?: Memory | undefined;
  readonly known?: Examined["known"];
  readonly judges?: typeof all;
}

function look(report: string, at: number, { memory, known, judges = all }: Look = {}): Examined {
  const sections = parse(Buffer.from(report)).hosts[0]?.sections ?? new Map<never, never>();
  return examine(sections, {
    ...{ host: { name: "web1", labels: {}, tags: [] }, bytes: report.length, at },
    ...{ memory, known, judging: judges },
  });
}

const withoutRecall = ({ previous, since }: Memory): Memory => ({ previous, since });

/** What is seen of an outcome. */
const seen = ({ fragments, services, findings, drops, times, known }: Examined) => ({
  ...{ services, findings, drops, times: [...times], known },
  text: fragments.text.toString(),
});

function expectTheSame(first: string, second: string, judges = all): Examined {
  const before = look(first, 1000, { judges });
  const { memory, known } = before;
  const recalled = look(second, 1060, { memory, known, judges });
  const anew = look(second, 1060, { memory: withoutRecall(memory), known, judges });
  expect(seen(recalled)).toEqual(seen(anew));
  return recalled;
}

describe("what comes again as it was is not looked at again, and comes to the same", () => {
  test("in whole", () => {
    const { memory } = expectTheSame(specimen, specimen);
    expect(memory.recall?.sections.size).toBeGreaterThan(30);
  });

  test("whatever else has changed, come or gone", () => {
    fc.assert(
      fc.property(
        fc.subarray(parts, { minLength: 1 }),
        fc.subarray(parts, { minLength: 1 }),
        fc.nat(),
        (first, second, at) => {
          const changed = second.map((part, i) =>
            i === at % second.length ? part.replace(/\d/, "7") : part,
          );
          expectTheSame(first.join(""), changed.join(""));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("under a limit of series", () => {
    const poll = { maxSeries: 200 };
    const few = judging(checks, { rules: [], require: [], poll } satisfies JudgingConfig);
    const { drops } = expectTheSame(specimen, specimen, few);
    expect(drops.limit).toBeGreaterThan(0);
    expectTheSame(specimen, parts.slice(9).join(""), few);
  });

  test("poll after poll", () => {
    let { memory, known } = look(specimen, 1000);
    const { fragments } = look(specimen, 1000);
    for (let i = 1; i < 5; i++) {
      const again = look(specimen, 1000, { memory, known });
      expect(again.fragments.text.toString()).toBe(fragments.text.toString());
      ({ memory, known } = again);
    }
  });
});

test("other rules are heeded at once", () => {
  const rule = (warn: number): Rule => ({
    ...{
      where: { labels: {}, tags: [], facts: {} },
      check: "df",
      ignore: false,
      origin: "rules[0]",
    },
    params: { used: { warn, crit: 0.99 } },
  });
  const report = "<<<df>>>\n/dev/sda1 ext4 100 50 50 50% /\n";
  const under = (warn: number) => judging(checks, { ...all, rules: [rule(warn)], poll: all });
  const { memory, known } = look(report, 1000, { judges: under(0.9) });
  const now = look(report, 1060, {
    memory,
    known,
    judges: { ...under(0.1), families: all.families },
  });
  expect(now.services.map(({ state }) => state)).toEqual([1]);
});
