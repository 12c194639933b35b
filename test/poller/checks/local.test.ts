import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { local } from "../../../poller/checks/local.ts";
import { MAX_SERVICES } from "../../../poller/judge/bounds.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  local.parse(sectionRows(["<<<local:sep(0)>>>", ...lines, ""].join("\n")));
const results = (...lines: string[]) => judged(local, parse(...lines), { at: 1_700_000_100 });
const result = (line: string) => results(line)[0];

describe("a line", () => {
  test.each([
    ["0 Disk - all fine", { service: "Disk", item: "Disk", state: OK, summary: "all fine" }],
    ['1 "My disk"   -   slow', { service: "My disk", state: WARN, summary: "slow" }],
    [`2 'Bob"s disk' - gone`, { service: 'Bob"s disk', state: CRIT, summary: "gone" }],
    ["3 Disk - who knows", { state: UNKNOWN, summary: "who knows" }],
    ["2 Disk -", { state: CRIT, summary: "" }],
    ["2 Disk v=1", { state: CRIT }],
    [String.raw`0 Disk - first\nsecond\nthird\ `, { summary: "first", details: "second\nthird\\" }],
    ["0 Größe - ähnlich", { service: "Größe", summary: "ähnlich" }],
  ])("%s", (line, expected) => {
    expect(result(line)).toMatchObject(expected);
  });

  test.each(["0", "0 Disk", '0 "Disk - open quote', `0 it's - text`, "just_words"])(
    "that cannot be split is an unknown service: %s",
    (line) => {
      const [, second] = results("0 Good - one", line);
      expect(second).toMatchObject({ service: "Line #2", state: UNKNOWN });
      expect(second?.summary).toContain(line);
    },
  );

  test("with a state that is none keeps its service, unknown", () => {
    expect(result("7 Disk v=1 text")).toMatchObject({
      service: "Disk",
      state: UNKNOWN,
      summary: "Invalid data: '7 Disk v=1 text' (invalid plugin status 7)",
      perfdata: [],
    });
  });

  test("wins over an earlier one of the same service", () => {
    expect(results("0 Disk - old", "1 Disk - new")).toMatchObject([{ summary: "new" }]);
  });
});

describe("numbers", () => {
  test("stand with levels and limits, which do not judge a state that is given", () => {
    const found = result("0 Disk a=5;1:2;0:3;-1;9|b=7 text");
    expect(found?.state).toBe(OK);
    expect(found?.perfdata).toMatchObject([
      {
        name: "a",
        value: 5,
        levels: { upper: { warn: 2, crit: 3 }, lower: { warn: 1, crit: 0 } },
        min: -1,
        max: 9,
      },
      { name: "b", value: 7 },
    ]);
  });

  test.each([
    ["v=16MB", 16],
    ["v=1.5e3ms", 1500],
    ["v=-.5", -0.5],
    ["v=5;", 5],
    ["v=5;;;;", 5],
    ["v=nothing", 0],
    ["v=", 0],
  ])("%s is %d", (numbers, value) => {
    expect(perfdata(result(`0 Disk ${numbers} text`))).toEqual({ v: value });
  });

  test.each(["v", "a=1|b", "a=1|", "v=nan", "v=-inf", "v=1e999"])(
    "%s makes the service unknown, and none is taken",
    (numbers) => {
      expect(result(`0 Disk ${numbers} text`)).toMatchObject({
        service: "Disk",
        state: UNKNOWN,
        perfdata: [],
      });
    },
  );

  test("with a name that is none are dropped with a warning", () => {
    const found = result("0 Disk a:b=1|good=2 text");
    expect(found).toMatchObject({ state: WARN, summary: "text, Invalid metric name: 'a:b'" });
    expect(perfdata(found)).toEqual({ good: 2 });
    expect(result("2 Disk a:b=1 text")?.state).toBe(CRIT);
  });

  test("of one name are one number, the last", () => {
    expect(perfdata(result("0 Disk v=1|v=2 text"))).toEqual({ v: 2 });
  });
});

describe("state P", () => {
  test.each([
    ["v=29;30;50", OK],
    ["v=30;30;50", WARN],
    ["v=50;30;50", CRIT],
    ["v=10;10:20;0:50", OK],
    ["v=9;10:20;0:50", WARN],
    ["v=-1;10:20;0:50", CRIT],
    ["v=999;30", WARN],
    ["v=-999;30:", WARN],
    ["v=50;;50", CRIT],
    ["v=49;;50", OK],
    ["v=5;x;y", OK],
    ["a=1;30;50|b=60;30;50|c=40;30;50", CRIT],
    ["-", OK],
  ])("%s is state %d", (numbers, state) => {
    expect(result(`P Disk ${numbers} text`)?.state).toBe(state);
  });

  test("tells which number is bad", () => {
    expect(result("P Disk v=40;30;50 text")?.summary).toBe("text, v: 40 (warn/crit at 30/50)");
    expect(result("P Disk v=40;30 text")?.summary).toBe("text, v: 40 (warn/crit at 30/never)");
  });
});

describe("a cached line", () => {
  test("tells its age in the details and is judged as any other", () => {
    expect(result("cached(1700000000,50) 1 Disk - slow")).toMatchObject({
      service: "Disk",
      state: WARN,
      summary: "slow",
      details: "cached: 1 minute 40 seconds old, interval 50 seconds, 200% of its interval",
    });
  });

  test("with a prefix that is none is taken by the word", () => {
    expect(result("cached(soon,50) 1 Disk - slow")).toMatchObject({
      service: "1",
      state: UNKNOWN,
    });
  });

  test("that comes from the future is not of negative age", () => {
    expect(result("cached(1700009999,0) 0 Disk - ok")?.details).toBe(
      "cached: 0 ms old, interval 0 ms",
    );
  });
});

test("state, numbers, levels and age are exported; the text is not", () => {
  const data = parse("cached(1700000000,60) P Disk v=40;30;50|w=1;5: text", "0 Other - text");
  expect(sampleLines(samples(local, data))).toEqual([
    'roundsman_local_check_state{item="Disk"} 1',
    'roundsman_local_check_collected_timestamp_seconds{item="Disk"} 1700000000',
    'roundsman_local_check_state{item="Other"} 0',
    'roundsman_local_check_value{item="Disk",metric="v"} 40',
    'roundsman_local_check_value{item="Disk",metric="w"} 1',
    'roundsman_local_check_warn{item="Disk",metric="v",bound="upper"} 30',
    'roundsman_local_check_crit{item="Disk",metric="v",bound="upper"} 50',
    'roundsman_local_check_warn{item="Disk",metric="w",bound="lower"} 5',
  ]);
});

test("the state that is exported is the state of the service", () => {
  const word = fc.constantFrom(
    "0",
    "2",
    "P",
    "x",
    "cached(1,2)",
    "Disk",
    "-",
    "v=4;3;5",
    "v",
    "a:=1",
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const data = parse(words.join(" "));
      const [state] = judged(local, data).map((one) => one.state);
      const [sample] = samples(local, data);
      expect(sample?.value).toBe(state);
    }),
  );
});

test("a script cannot have more services, or more numbers, than are looked at", () => {
  const services = Array.from({ length: 3 * MAX_SERVICES }, (_, i) => `0 S${i} - fine`);
  expect(parse(...services)).toHaveLength(MAX_SERVICES + 1);
  const numbers = Array.from({ length: 40_000 }, (_, i) => `m${i}=1`).join("|");
  expect(() => parse(`0 Flood ${numbers} text`)).toThrow("too many lines and numbers");
});

test("no line at all is no section", () => {
  expect(parse()).toBeUndefined();
});
