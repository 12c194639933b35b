import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readParams, snakeCase } from "../../../poller/config/params.ts";
import { checks } from "../../../poller/checks/index.ts";
import type { Check } from "../../../poller/judge/check.ts";
import { NEVER, NEVER_BELOW } from "../../../poller/judge/levels.ts";

const params = {
  used: { warn: 0.8, crit: 0.9 },
  left: { warn: 0.2, crit: 0.1 },
  off: NEVER,
  offBelow: NEVER_BELOW,
  lastSync: 3600,
  show: false,
  zone: "UTC",
  names: [],
  groups: [],
  magic: { factor: 1, normSize: 20, low: { warn: 0.5, crit: 0.6 } },
  codes: {},
  worth: 1,
};
const toy: Check = {
  section: "toy",
  params,
  example: {
    groups: [
      { name: "", match: "", user: "", count: { lower: NEVER_BELOW, upper: NEVER } },
      { name: "", match: "" },
    ],
    codes: { "*": 0 },
    expected: 4,
  },
  states: ["codes", "worth"],
  parse: () => undefined,
  metrics: [],
  evaluate: () => [],
};

/** What was understood, where nothing was wrong. */
function read(written: unknown) {
  const found = readParams(toy, written);
  expect(found.findings).toEqual([]);
  return found.params;
}

const wrong = (written: unknown): string[] =>
  readParams(toy, written).findings.map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("levels", () => {
  test.each([
    ["used", ["80%", "90%"], { warn: 0.8, crit: 0.9 }],
    ["used", [0.5, 0.6], { warn: 0.5, crit: 0.6 }],
    ["used", ["10GiB", "15GiB"], { warn: 10 * 2 ** 30, crit: 15 * 2 ** 30 }],
    ["used", { warn: "85%" }, { warn: 0.85, crit: Infinity }],
    ["used", { crit: "99.5%" }, { warn: Infinity, crit: 0.995 }],
    ["used", "never", NEVER],
    ["used", ["never", "90%"], { warn: Infinity, crit: 0.9 }],
    ["left", { crit: "5%" }, { warn: -Infinity, crit: 0.05 }],
    ["left", "never", NEVER_BELOW],
    ["left", ["10%", "never"], { warn: 0.1, crit: -Infinity }],
    ["left", { warn: "never", crit: "5%" }, { warn: -Infinity, crit: 0.05 }],
    ["off", ["5m", "1h30m"], { warn: 300, crit: 5400 }],
    ["off_below", [10, -5], { warn: 10, crit: -5 }],
  ])("of %s are written as %j", (key, written, levels) => {
    expect(Object.values(read({ [key]: written }))).toEqual([levels]);
  });

  test.each([
    ["used", [80, 90], "used.0: 80 of what? Write 80%"],
    ["used", ["90%", "80%"], "used: must be [WARN, CRIT]: CRIT is the worse one"],
    ["left", ["5%", "10%"], "left: must be [WARN, CRIT]: CRIT is the worse one"],
    ["off_below", [1, 2], "off_below: must be [WARN, CRIT]: CRIT is the worse one"],
    ["used", ["80%"], "used: must be [WARN, CRIT], { warn: …, crit: … } or never"],
    ["used", {}, "used: must be [WARN, CRIT], { warn: …, crit: … } or never"],
    ["used", null, "used: must be [WARN, CRIT], { warn: …, crit: … } or never"],
    ["used", "80%", "used: must be [WARN, CRIT], { warn: …, crit: … } or never"],
    ["used", ["a lot", 1], "used.0: must be a number, perhaps with a unit (80%, 5m, 10GiB)"],
    ["used", { warm: 1 }, "used.warm: the check toy has no such setting (did you mean warn?)"],
  ])("of %s are not %j", (key, written, finding) => {
    expect(wrong({ [key]: written })[0]).toBe(finding);
  });

  test("that are a share and an amount are not compared", () => {
    expect(read({ used: ["10GiB", "95%"] })).toEqual({ used: { warn: 10 * 2 ** 30, crit: 0.95 } });
  });
});

describe("states", () => {
  test("are written as words or numbers", () => {
    expect(read({ worth: "CRIT", codes: { 1: "WARN", 2: 3 } })).toEqual({
      worth: 2,
      codes: { 1: 1, 2: 3 },
    });
  });

  test.each(["BAD", "warn", 4, -1, 0.5, "never", [1], null])("are not %j", (written) => {
    expect(wrong({ worth: written })).toEqual(["worth: must be one of OK, WARN, CRIT, UNKNOWN"]);
  });
});

test("settings are called by their names in snake_case, and unknown ones are refused with a hint", () => {
  expect(read({ last_sync: "1h", zone: "Europe/Berlin", show: true, names: ["a*"] })).toEqual({
    lastSync: 3600,
    zone: "Europe/Berlin",
    show: true,
    names: ["a*"],
  });
  expect(wrong({ lastSync: 1 })).toEqual([
    "lastSync: the check toy has no such setting (did you mean last_sync?)",
  ]);
  expect(wrong({ zone: 5, show: "yes", names: "a", last_sync: {} })).toEqual([
    "zone: must be text",
    "show: must be true or false",
    "names: must be a list",
    "last_sync: must be a number, perhaps with a unit (80%, 5m, 10GiB)",
  ]);
  expect(snakeCase("TIME_WAIT")).toBe("TIME_WAIT");
});

test("a part of a mapping leaves the rest as the check has it", () => {
  expect(read({ magic: { factor: 0.8 } })).toEqual({
    magic: { factor: 0.8, normSize: 20, low: { warn: 0.5, crit: 0.6 } },
  });
  expect(wrong({ magic: [] })).toEqual(["magic: must be a mapping"]);
});

test("a setting without a default can be set", () => {
  expect(read({ expected: 2 })).toEqual({ expected: 2 });
});

describe("lists of mappings", () => {
  test("may leave out what not all examples have, and need the rest", () => {
    const groups = [
      { name: "web", match: "*nginx*", count: { upper: [50, 100] } },
      { name: "db", match: "*postgres*", user: "postgres" },
    ];
    expect(read({ groups })).toEqual({
      groups: [{ ...groups[0], count: { upper: { warn: 50, crit: 100 } } }, groups[1]],
    });
    expect(wrong({ groups: [{ name: "web" }, 5, {}] })).toEqual([
      "groups.0: needs match",
      "groups.1: must be a mapping",
      "groups.2: needs name",
    ]);
  });

  test("have each name once", () => {
    const group = { name: "web", match: "*" };
    expect(wrong({ groups: [group, group] })).toEqual(['groups.1.name: "web" is there already']);
  });
});

test("whatever is written comes to settings and findings, and names of objects' own are no settings", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...Object.keys(params), "x"), fc.jsonValue()),
      (all) => {
        expect(readParams(toy, all).params).toBeTypeOf("object");
      },
    ),
  );
  for (const name of ["constructor", "__proto__", "toString"])
    expect(wrong(JSON.parse(`{"${name}": 1}`))).toHaveLength(1);
  expect(wrong([])).toEqual([": must be a mapping"]);
});

test.each(checks.map((check) => [check.section, check] as const))(
  "%s shows what may be set: every list and open mapping has an example, every state is a setting",
  (_, { params, example = {}, states = [] }) => {
    const shapes = new Map(Object.entries({ ...params, ...example }));
    for (const [key, shape] of shapes) expect(JSON.stringify(shape), key).not.toBe("{}");
    expect([...shapes.keys()]).toEqual(expect.arrayContaining([...states]));
  },
);
