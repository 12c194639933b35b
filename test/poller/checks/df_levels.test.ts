import { describe, expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { parseConfig } from "../../../poller/config.ts";
import { examine } from "../../../poller/examine.ts";
import { judging } from "../../../poller/judging.ts";
import { parse } from "../../../poller/parse.ts";

const GIB = 2 ** 20;
const line = (mountpoint: string, size: number, used: number): string =>
  `/dev/${mountpoint.length} ext4 ${size * GIB} ${used * GIB} ${(size - used) * GIB} ${Math.round((100 * used) / size)}% ${mountpoint}`;
const REPORT = [
  "<<<check_mk>>>",
  "AgentOS: linux",
  "<<<df_v2>>>",
  line("/", 100, 85),
  line("/backup", 1000, 970),
  line("/backup2", 4000, 3970),
  line("/boot", 5, 3),
  "",
].join("\n");

/** States by mount point under a config, of a host that it may be about. */
function states(config: string) {
  const { services } = examine(parse(Buffer.from(REPORT)).hosts[0]!.sections, {
    host: { name: "db1", labels: { env: "prod" }, tags: ["ssd"] },
    ...{ bytes: 0, at: 0, judging: judging(checks, parseConfig(config, "poller.yaml")) },
  });
  const by = new Map(Array.from(services, (one) => [one.item, one]));
  return {
    all: ["/", "/backup", "/backup2", "/boot"].map((item) => by.get(item)?.state),
    summary: (item: string): string | undefined => by.get(item)?.summary,
  };
}

test("without a config levels are shares of the size", () => {
  expect(states("").all).toEqual([1, 2, 2, 0]);
});

describe("what is used", () => {
  test.each([
    ["[86%, 98%]", [0, 1, 2, 0]],
    ["[0.5, 0.6]", [2, 2, 2, 2]],
    ["{ crit: 85% }", [2, 2, 2, 0]],
    ["{ warn: 85% }", [1, 1, 1, 0]],
    ["[85GiB, 3970GiB]", [1, 1, 2, 0]],
    ["never", [0, 0, 0, 0]],
  ])("of %s", (used, expected) => {
    expect(states(`rules: [{ check: df, params: { used: ${used} } }]`).all).toEqual(expected);
  });
});

describe("what is free", () => {
  test.each([
    ["[50GiB, 20GiB]", [2, 1, 1, 2]],
    ["[31GiB, 30GiB]", [2, 1, 1, 2]],
    ["[30GiB, 10GiB]", [1, 0, 0, 2]],
    ["[10%, 1%]", [0, 1, 2, 0]],
    ["{ crit: 2% }", [0, 0, 2, 0]],
    ["[3%, never]", [0, 0, 1, 0]],
    ["never", [0, 0, 0, 0]],
  ])("of %s, and what is used not at all", (free, expected) => {
    const params = `{ used: never, free: ${free} }`;
    expect(states(`rules: [{ check: df, params: ${params} }]`).all).toEqual(expected);
  });

  test("counts besides what is used: the worse of them holds", () => {
    const { all, summary } = states("rules: [{ check: df, params: { free: [20GiB, 10GiB] } }]");
    expect(all).toEqual([1, 2, 2, 2]);
    expect(summary("/")).toBe(
      "Used: 85% - 85 GiB of 100 GiB (warn/crit at 80%/90%), Free: 15 GiB (warn/crit below 20 GiB/10 GiB)",
    );
    expect(summary("/backup2")).not.toContain("Free");
  });

  test("is told as levels are written", () => {
    const { summary } = states("rules: [{ check: df, params: { used: never, free: [20%, 10%] } }]");
    expect(summary("/")).toBe("Used: 85% - 85 GiB of 100 GiB, Free: 15% (warn/crit below 20%/10%)");
  });
});

test("magic levels are higher for large file systems and lower for small ones", () => {
  const { all, summary } = states(
    "rules: [{ check: df, params: { used: [80%, 90%], magic: { factor: 0.5, normsize: 100GiB } } }]",
  );
  expect(all).toEqual([1, 2, 2, 2]);
  expect(summary("/backup2")).toContain("(warn/crit at 96.84%/98.42%)");
  expect(summary("/boot")).toContain("(warn/crit at 50%/60%)");
});

describe("rules about some of them", () => {
  test("by item: the first that fits holds", () => {
    expect(
      states(`
rules:
  - { check: df, item: /backup2, params: { used: never } }
  - { check: df, item: "/backup*", params: { used: [95%, 98%] } }
  - { check: df, params: { used: [70%, 80%] } }
`).all,
    ).toEqual([2, 1, 0, 0]);
  });

  test("by service, and taken away", () => {
    expect(states('rules: [{ service: "Filesystem /backup*", ignore: true }]').all).toEqual([
      1,
      undefined,
      undefined,
      0,
    ]);
  });

  test.each([
    ["{ tags: [ssd] }", 0],
    ["{ tags: [hdd] }", 1],
    ["{ labels: { env: prod } }", 0],
    ["{ labels: { env: test } }", 1],
    ["{ facts: { os: linux } }", 0],
    ["{ facts: { os: windows } }", 1],
    ["{ host: 'db?', tags: [s*] }", 0],
  ])("where %s", (where, state) => {
    const rule = `{ where: ${where}, check: df, params: { used: [90%, 95%] } }`;
    expect(states(`rules: [${rule}]`).all[0]).toBe(state);
  });
});

test("groups are one item, and rules may be about that", () => {
  const config = `
rules:
  - check: df
    params: { groups: [{ name: backups, include: ["/backup*"], exclude: [/backup2] }] }
`;
  expect(states(config).all).toEqual([1, undefined, 2, 0]);
  expect(states(config).summary("backups")).toContain("1 filesystem");
});
