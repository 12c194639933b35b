import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { type Examined, examine } from "../../poller/examine.ts";
import type { Known } from "../../poller/judge/baseline.ts";
import type { Check, Context } from "../../poller/judge/check.ts";
import { each, gauge } from "../../poller/judge/metrics.ts";
import type { Rule } from "../../poller/judge/rules.ts";
import { type JudgingConfig, judging } from "../../poller/judging.ts";
import { parse } from "../../poller/parse.ts";
import { OK } from "../../poller/judge/state.ts";
import type { Memory, Outcome } from "../../poller/snapshots.ts";
import { top } from "../peers.ts";

const specimen = readFileSync(join(top, "test/fixtures/output/specimen.txt"), "utf8");
const parts = specimen.split(/^(?=<<<)/m);

const all = judging(checks);

interface Look {
  readonly memory?: Memory | undefined;
  readonly known?: () => Known | undefined;
  readonly stamp?: string;
  readonly last?: Outcome | undefined;
  readonly judges?: typeof all;
}

function look(report: string, at: number, { judges = all, last, ...own }: Look = {}): Examined {
  const sections = parse(Buffer.from(report)).hosts[0]?.sections ?? new Map<never, never>();
  const host = { name: "web1", labels: {}, tags: [] };
  return examine(sections, { host, bytes: report.length, at, judging: judges, ...own }, last);
}

const withoutRecall = ({ previous, since }: Memory): Memory => ({ previous, since });

/** What is seen of an outcome. */
const seen = ({ services, findings, differences, drops, times, known, blocks }: Examined) => ({
  ...{ services: [...services], findings, differences, drops, times: [...times], known },
  text: blocks.map(({ text }) => text.toString()),
});

/** A host that says the one thing twice, then the other, with what was known of it in a store. */
function expectTheSame(first: string, second: string, judges = all): Examined {
  const once = look(first, 1000, { judges });
  const known = () => once.known;
  const twice = look(first, 1030, { last: once, known, stamp: "a", judges });
  const recalled = look(second, 1060, { last: twice, known, stamp: "a", judges });
  const anew = look(second, 1060, { memory: withoutRecall(twice.memory), known, judges });
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
    const first = look(specimen, 1000);
    let [last, { known }] = [first, first];
    for (let i = 1; i < 5; i++) {
      last = look(specimen, 1000, { last, known: () => known });
      expect(seen(last).text).toEqual(seen(first).text);
      known = last.known ?? known;
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
  const last = look(report, 1000, { judges: under(0.9) });
  const judges = { ...under(0.1), families: last.memory.recall!.families };
  const now = look(report, 1060, { last, judges });
  expect([...now.services.each()]).toEqual([1]);
});

/** A check that says what `tell` makes of what it is told, and how often it was asked. */
function telling(tell: (context: Context<string, object>) => unknown) {
  let asked = 0;
  const check: Check<string> = {
    section: "toy",
    params: {},
    comparesWithPrevious: true,
    parse: (rows) => [...rows.lines()].join(),
    metrics: [],
    *evaluate(_, context) {
      asked++;
      yield { service: "Toy", state: OK, summary: String(tell(context)) };
    },
  };
  const clock: Check<number> = {
    section: "clock",
    params: {},
    parse: (rows) => Number([...rows.lines()].join()),
    time: (seconds) => seconds,
    metrics: [],
    evaluate: () => [],
  };
  const judges = judging([clock, check]);
  let last: Examined | undefined;
  let at = 10_000;
  return (time: number, report: string) => {
    last = look(`<<<clock>>>\n${time}\n<<<toy${report}\n`, (at += 60), { last, judges });
    return [[...last.services][0]?.summary, asked];
  };
}

describe("a section that comes again byte for byte", () => {
  test("in a report of the same time says the same rates, in a later one others", () => {
    const says = telling(({ previous, at }) => `${previous?.at ?? "nothing"} ${at}`);
    expect(says(100, ">>>\n1")).toEqual(["nothing 100", 1]);
    expect(says(160, ">>>\n2")).toEqual(["100 160", 2]);
    expect(says(160, ">>>\n2")).toEqual(["100 160", 2]);
    expect(says(220, ">>>\n2")).toEqual(["160 220", 3]);
    expect(says(220, ">>>\n3")).toEqual(["nothing 220", 4]);
  });

  test("is judged again only if it is made anew, where it comes from a cache", () => {
    const says = telling(({ at }) => at);
    expect(says(100, ":cached(90,60)>>>\n1")).toEqual(["90", 1]);
    expect(says(160, ":cached(90,60)>>>\n1")).toEqual(["90", 1]);
    expect(says(160, ":cached(150,60)>>>\n1")).toEqual(["150", 2]);
  });

  test("is judged each time where the time of the poll counts, and once where no time does", () => {
    const polled = telling(({ polledAt }) => polledAt);
    expect([1, 2, 3].map(() => polled(100, ">>>\n1"))).toEqual([
      ["10060", 1],
      ["10120", 2],
      ["10180", 3],
    ]);
    const timeless = telling(() => "it is");
    for (const time of [100, 160, 160]) expect(timeless(time, ">>>\n1")).toEqual(["it is", 1]);
  });
});

describe("what is known of a host", () => {
  const report = "<<<mounts>>>\n/dev/sda1 / ext4 rw 0 0\n<<<uptime>>>\n3600 1\n";
  const first = look(report, 1000);
  const knownWith = (options: string): Known => ({
    ...first.known!,
    compared: { mounts: { "/": options } },
  });
  /** The same report once more, and how often what is known was asked for. */
  function again(stamp: string | undefined, { last = first, known = first.known, says = report }) {
    let asked = 0;
    const ask = () => (asked++, known);
    const found = look(says, 1060, { last, known: ask, ...(stamp !== undefined && { stamp }) });
    return { found, isAsked: asked > 0 };
  }

  test("is not asked for as long as the store has it as it was", () => {
    const second = again("a", {});
    expect(second.isAsked).toBe(true);
    const third = again("a", { last: second.found, known: knownWith("never asked for") });
    expect(third.isAsked).toBe(false);
    expect(seen(third.found)).toEqual(seen(second.found));
    expect(again("a", { last: third.found }).isAsked).toBe(false);
  });

  test("is asked for once the store has something else, and counts", () => {
    const { found: last } = again("a", {});
    const { isAsked, found } = again("b", { last, known: knownWith("ro") });
    expect(isAsked).toBe(true);
    expect([...last.services.each()]).toEqual([0, 0]);
    expect(found.services.has(OK)).toBe(true);
    expect([...found.services.each()]).not.toEqual([0, 0]);
  });

  test.each(["b", undefined])("is compared with anew, where the store says %s of it", (stamp) => {
    const { found: last } = again("a", {});
    const known = { ...first.known!, sections: ["mounts", "uptime", "df"], services: ["Uptime"] };
    const { found } = again(stamp, { last, known });
    expect(found.services).toBe(last.services);
    expect(found.differences).toEqual({
      ...{ missingSections: ["df"], vanishedServices: [] },
      newServices: ["Mount options of /"],
    });
  });

  test("is asked for where other sections came", () => {
    const { found: last } = again("a", {});
    const without = again("a", { last, says: report.slice(0, report.indexOf("<<<uptime")) });
    expect(without.isAsked).toBe(true);
    expect(without.found.differences.missingSections).toEqual(["uptime"]);
    const strange = again("a", { last, says: `${report}<<<strange>>>\nx\n` });
    expect(strange.isAsked).toBe(true);
  });

  test("is learned still, where what was learned was not kept", () => {
    const { found: last } = again("a", { known: { ...first.known!, compared: {} } });
    expect(last.known).toEqual(first.known);
    const { found } = again("a", { last, known: { ...first.known!, compared: {} } });
    expect(found.known).toEqual(first.known);
  });
});

test("of much that a host says, what comes first in the text decides what there is room for", () => {
  const toy = (section: string): Check<readonly string[]> => ({
    ...{ section, params: {}, evaluate: () => [] },
    parse: (rows) => [...rows.lines()],
    metrics: [
      each((names: readonly string[]) => names, { name: String }, [
        gauge(`toy_${section}`, "Toy.", () => 1),
      ]),
    ],
  });
  const judges = judging([toy("a"), toy("b")], {
    ...{ rules: [], require: [], poll: { maxSeries: 3 } },
  });
  let last: Examined | undefined;
  const says = (...names: string[]) => {
    const report = `<<<a>>>\n${names.join("\n")}\n<<<b>>>\nx\ny\nz\n`;
    const before = last;
    last = look(report, 1000, { last, judges });
    const block = last.blocks.at(-1)!;
    return {
      series: block.text.toString().match(/name="."/g)?.length ?? 0,
      isAsBefore: before?.blocks.includes(block) ?? false,
      limit: last.drops.limit,
    };
  };
  expect(says("1")).toEqual({ series: 2, isAsBefore: false, limit: 1 });
  expect(says("1")).toEqual({ series: 2, isAsBefore: true, limit: 1 });
  expect(says("2")).toEqual({ series: 2, isAsBefore: true, limit: 1 });
  expect(says("1", "2")).toEqual({ series: 1, isAsBefore: false, limit: 2 });
  expect(says("1", "2", "3", "4")).toEqual({ series: 0, isAsBefore: false, limit: 4 });
  expect(says("1")).toEqual({ series: 2, isAsBefore: false, limit: 1 });
});
