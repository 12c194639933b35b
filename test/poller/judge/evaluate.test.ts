import { describe, expect, test } from "vitest";
import { MAX_SERVICES } from "../../../poller/judge/bounds.ts";
import type { Check } from "../../../poller/judge/check.ts";
import { evaluate, type Circumstances } from "../../../poller/judge/evaluate.ts";
import type { Rule } from "../../../poller/judge/rules.ts";
import { OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { parse } from "../../../poller/parse.ts";
import { toys } from "../toy.ts";

const judge = (report: string, circumstances: Partial<Circumstances> = {}) => {
  const sections = parse(Buffer.from(report)).hosts[0]!.sections.values();
  const { sections: judged, previous } = evaluate(sections, {
    catalogue: toys,
    at: 1000,
    ...circumstances,
  });
  const services = judged.flatMap(({ results }) => results);
  return { judged, previous, services };
};

describe("isolation", () => {
  test("a section that cannot be read is one UNKNOWN service and costs nothing else", () => {
    const { judged, services } = judge("<<<sizes>>>\nsda\n<<<compared>>>\na 1\n");
    expect(services).toEqual([
      { service: "Compared", state: OK, summary: "nothing 1000" },
      { service: "Section sizes", state: UNKNOWN, summary: 'no value: "sda"' },
    ]);
    expect(judged.map(({ check, error }) => [check.section, error])).toEqual([
      ["compared", undefined],
      ["sizes", 'no value: "sda"'],
    ]);
  });

  test("a check that breaks is UNKNOWN, and what it said before stays said", () => {
    const { services } = judge("<<<breaks>>>\na 1\n<<<sizes>>>\nsda 1\n");
    expect(services.map(({ service, state }) => [service, state])).toEqual([
      ["Size sda", OK],
      ["Before", OK],
      ["Section breaks", UNKNOWN],
    ]);
    expect(services.at(-1)?.summary).toBe("the check failed: Error: boom");
  });

  test("metrics that cannot be taken are their check's failure", () => {
    const { services, judged } = judge("<<<sizes>>>\nsda 1\n", {
      take: () => {
        throw new Error("no room");
      },
    });
    expect(services.map(({ service }) => service)).toEqual(["Size sda", "Section sizes"]);
    expect(judged[0]?.error).toContain("no room");
  });

  test("a check has no more services than one can look at", () => {
    const rows = Array.from({ length: MAX_SERVICES + 9 }, (_, i) => `sd${i} 1\n`).join("");
    const { services, judged } = judge(`<<<sizes>>>\n${rows}<<<compared>>>\na 1\n`);
    expect(services).toHaveLength(MAX_SERVICES + 2);
    expect(services.at(-1)).toMatchObject({
      service: "Section sizes",
      state: UNKNOWN,
      summary: `more than ${MAX_SERVICES} services`,
    });
    expect(judged.map(({ error }) => error === undefined)).toEqual([true, false]);
  });

  test("unknown sections, and those that might as well not have been sent, leave no trace", () => {
    expect(judge("<<<strange>>>\nx\n<<<sizes>>>\n").judged).toEqual([]);
  });
});

describe("rules", () => {
  const rule: Rule = {
    ...{ where: { labels: {}, tags: [], facts: {} }, check: "sizes", ignore: false },
    ...{ params: { warn: 55 }, origin: "rules[0]" },
  };

  test("are told with the results that they hold for", () => {
    const report = "<<<sizes>>>\nsda 50\nsdb 60\n<<<compared>>>\na 1\n";
    const { services } = judge(report, { rules: [rule] });
    expect(services.map(({ service, state, rule: told }) => [service, state, told])).toEqual([
      ["Compared", OK, undefined],
      ["Size sda", OK, rule],
      ["Size sdb", WARN, rule],
    ]);
  });

  test("about all services of a check hold for how its section is read, others do not", () => {
    const told: unknown[] = [];
    const check: Check = {
      ...toys.find(({ section }) => section === "sizes")!,
      parse: (_, params) => void told.push(params),
    };
    for (const rules of [[], [rule], [{ ...rule, item: "sda" }]])
      judge("<<<sizes>>>\nsda 50\n", { catalogue: [check], rules });
    expect(told).toEqual([{ warn: 100 }, { warn: 55 }, { warn: 100 }]);
  });
});

describe("time", () => {
  const compared = (report: string, previous?: { at: number }): string | undefined =>
    judge(
      report,
      previous && { previous: new Map([["compared", { data: {}, at: previous.at }]]) },
    ).services.find(({ service }) => service === "Compared")?.summary;

  test("is the poll's where nothing says better", () => {
    expect(compared("<<<compared>>>\na 1\n")).toBe("nothing 1000");
  });

  test("is what the section states", () => {
    expect(compared("<<<compared>>>\ntime 900\na 1\n")).toBe("nothing 900");
  });

  test("is what the agent says of a cached section", () => {
    expect(compared("<<<compared:cached(800,60)>>>\ntime 900\na 1\n")).toBe("nothing 800");
  });

  test("stated by one section holds for the others of the report", () => {
    const times: number[] = [];
    const clock = { ...toys[0]!, section: "clock" };
    const reader = {
      ...toys[0]!,
      section: "reader",
      time: () => undefined,
      evaluate: (_: unknown, { at }: { at: number }) => (times.push(at), []),
    };
    judge("<<<reader>>>\na 1\n<<<clock>>>\ntime 700\na 1\n", { catalogue: [reader, clock] });
    judge("<<<reader>>>\na 1\n<<<clock:cached(1,2)>>>\ntime 700\na 1\n", {
      catalogue: [reader, clock],
    });
    expect(times).toEqual([700, 1000]);
  });

  test("that has passed allows a comparison, equal or backward time does not", () => {
    const report = "<<<compared>>>\ntime 900\na 1\n";
    expect(compared(report, { at: 840 })).toBe("840 900");
    expect(compared(report, { at: 900 })).toBe("nothing 900");
    expect(compared(report, { at: 901 })).toBe("nothing 900");
  });
});

describe("what later polls are compared with", () => {
  const remembering = (baseline: () => Record<string, string>) => ({ ...toys[1]!, baseline });
  const report = "<<<sizes>>>\nsda 1\n<<<compared>>>\na 1\n";
  const remembered = (...catalogue: Check[]) => {
    const sections = parse(Buffer.from(report)).hosts[0]!.sections.values();
    return evaluate(sections, { catalogue, at: 1000 });
  };

  test("is what a check says, by its name, and nothing of checks that say nothing", () => {
    const check = remembering(() => ({ sda: "1" }));
    expect(remembered(check, toys[0]!).baseline).toEqual({ sizes: { sda: "1" } });
  });

  test("has a bound: what is too long is left out, not cut", () => {
    const long = { a: "x".repeat(2001), ["b".repeat(201)]: "x", c: "x".repeat(2000) };
    const many = Array.from({ length: 6000 }, (_, i) => [`sd${i}`, "x"] as const);
    const check = remembering(() => ({ ...long, ...Object.fromEntries(many) }));
    const { sizes } = remembered(check).baseline;
    expect(Object.keys(sizes!)).toHaveLength(5000);
    expect(Object.keys(sizes!).slice(0, 2)).toEqual(["c", "sd0"]);
  });

  test("costs its check alone when it breaks", () => {
    const check = remembering(() => {
      throw new Error("boom");
    });
    const { sections, baseline } = remembered(check, toys[0]!);
    expect(baseline).toEqual({});
    expect(sections.map(({ error }) => error)).toEqual([
      "the check failed: Error: boom",
      undefined,
    ]);
  });
});

test("only what is compared is kept for the next poll", () => {
  const report = "<<<sizes>>>\nsda 1\n<<<compared>>>\ntime 900\na 1\n";
  const key = parse(Buffer.from(report)).hosts[0]!.sections.get("compared")!.hash();
  const data = { time: 900, things: [{ name: "a", value: 1 }] };
  expect([...judge(report).previous]).toEqual([["compared", { data, at: 900, bytes: 13, key }]]);
});

test("what a report lacks is not forgotten: the one after it may have it again", () => {
  const { previous } = judge("<<<compared>>>\ntime 900\na 1\n");
  const between = judge("<<<sizes>>>\nsda 1\n", { previous });
  const { services } = judge("<<<compared>>>\ntime 960\na 1\n", { previous: between.previous });
  expect(services.map(({ summary }) => summary)).toEqual(["900 960"]);
});

test("of much that a report lacks only the latest is kept", () => {
  const compared = toys.find(({ section }) => section === "compared")!;
  const catalogue = Array.from({ length: 20 }, (_, i) => ({ ...compared, section: `c${i}` }));
  const things = "a 1\n".repeat(50_000);
  let previous: Circumstances["previous"];
  for (const [i, { section }] of catalogue.entries())
    ({ previous } = judge(`<<<${section}>>>\ntime ${i}\n${things}`, { catalogue, previous }));
  expect([...previous!.keys()].sort()).toEqual(["c14", "c15", "c16", "c17", "c18", "c19"]);
});
