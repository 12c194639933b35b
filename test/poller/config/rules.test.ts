import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../poller/config.ts";
import { ConfigError } from "../../../poller/yaml.ts";

const parse = (text: string) => parseConfig(text, "poller.yaml");

function findings(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.findings.map((finding) => finding.replace(/^poller\.yaml:/, ""));
  }
  return [];
}

test("rules are read in their order, with where they stand", () => {
  const { rules, require } = parse(`
rules:
  - where: { host: "db*", labels: { env: prod }, tags: [ssd, "rack *"], facts: { os: linux } }
    check: df
    item: /backup*
    params: { used: [95%, 98%], magic: { factor: 0.9 } }
    for: 5m
  - { service: "Interface veth*", ignore: true }
require:
  - { where: { tags: [web] }, service: Process nginx }
`);
  const anywhere = { labels: {}, tags: [], facts: {} };
  expect(rules).toMatchObject([
    {
      where: {
        ...{ host: "db*", labels: { env: "prod" }, tags: ["ssd", "rack *"] },
        facts: { os: "linux" },
      },
      ...{ check: "df", item: "/backup*", forSeconds: 300, ignore: false, origin: "rules[0]" },
      params: { used: { warn: 0.95, crit: 0.98 }, magic: { factor: 0.9, normsize: 20 * 2 ** 30 } },
    },
    {
      ...{ where: anywhere, service: "Interface veth*", ignore: true, params: {} },
      ...{ forSeconds: undefined, origin: "rules[1]" },
    },
  ]);
  expect(require).toEqual([
    {
      ...{ service: "Process nginx", origin: "require[0]" },
      where: { ...anywhere, tags: ["web"] },
    },
  ]);
});

test("groups of processes are patterns, with levels of their own", () => {
  const { rules } = parse(`
rules:
  - check: ps
    params:
      groups:
        - { name: nginx, match: "*nginx: worker*", user: www-data, resident: [1GiB, 2GiB] }
        - { name: cron, match: "/usr/sbin/cron*", count: { lower: { crit: 1 }, upper: [2, 5] } }
`);
  expect(rules[0]?.params).toEqual({
    groups: [
      {
        ...{ name: "nginx", match: "*nginx: worker*", user: "www-data" },
        resident: { warn: 2 ** 30, crit: 2 ** 31 },
      },
      {
        ...{ name: "cron", match: "/usr/sbin/cron*" },
        count: { lower: { warn: -Infinity, crit: 1 }, upper: { warn: 2, crit: 5 } },
      },
    ],
  });
});

describe("what is refused at start, with its line", () => {
  test.each([
    [
      "rules: [{ check: dff, ignore: true }]",
      "1: rules[0].check: there is no such check (did you mean df?)",
    ],
    [
      "rules: [{ ignore: true }]",
      "1: rules[0]: needs a check, an item or a service: which is it about?",
    ],
    ["rules: [{ check: df }]", "1: rules[0]: needs params, for or ignore: what is to be done?"],
    [
      "rules: [{ item: /, params: { used: never } }]",
      "1: rules[0]: has params, and so needs the check they are of",
    ],
    [
      "rules:\n  - check: df\n    params:\n      usde: [1%, 2%]",
      "4: rules[0].params.usde: the check df has no such setting (did you mean used?)",
    ],
    [
      "rules:\n  - check: df\n    params: { used: [95, 98] }",
      "3: rules[0].params.used[0]: 95 of what? Write 95%",
    ],
    [
      "rules: [{ check: tcp_conn_stats, params: { levels: { TIMEWAIT: [1, 2] } } }]",
      "1: rules[0].params.levels.TIMEWAIT: the check tcp_conn_stats has no such setting (did you mean TIME_WAIT?)",
    ],
    [
      "rules: [{ check: job, params: { exit_codes: { 1: MAYBE } } }]",
      "1: rules[0].params.exit_codes.1: must be one of OK, WARN, CRIT, UNKNOWN",
    ],
    ["rules: [{ for: 5 }]", "1: rules[0].for: must be a duration with a unit, such as 30s"],
    ["rules: [{ for: 8d }]", "1: rules[0].for: must be from 1s to 7d, not 8d"],
    [
      "rules: [{ where: { tag: x }, for: 5m }]",
      "1: rules[0].where.tag: unknown key (did you mean tags?)",
    ],
    ["require: [{ where: {} }]", "1: require[0].service: is missing"],
    ["require: [{ service: '' }]", "1: require[0].service: must not be empty"],
  ])("%s", (text, finding) => {
    expect(findings(text)).toContain(finding);
  });
});
