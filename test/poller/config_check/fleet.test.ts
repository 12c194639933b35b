import { expect, test } from "vitest";
import { parseConfig } from "../../../poller/config.ts";
import { idleParts, sharesOf } from "../../../poller/config_check/fleet.ts";
import { hostOf } from "../hosts.ts";

const source = (name: string, ...hosts: ReturnType<typeof hostOf>[]) => ({
  name,
  members: hosts.map((host, i) => ({ host, path: [i] })),
  text: hosts.map(() => "- x\n").join(""),
});

test("of two hosts with one name the first counts, and both places are told", () => {
  const a = hostOf(1, { name: "a" });
  const { shares, findings } = sharesOf([
    source("p.yaml", a),
    source("x.yml", hostOf(2, { name: "b" }), hostOf(3, { name: "a" })),
  ]);
  expect(shares.map(({ hosts, duplicates }) => [hosts.length, duplicates])).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(findings).toEqual([
    {
      severity: "warning",
      line: 'x.yml:2: [1]: the name "a" is there already (p.yaml: [0]); that one is polled',
    },
  ]);
});

test("of two that are polled at one place both names are told, unless there is no such place", () => {
  const file = { path: "/x", maxAgeSeconds: 1 };
  const { findings } = sharesOf([
    source(
      "p.yaml",
      hostOf(1, { name: "a", address: "DB" }),
      hostOf(1, { name: "b", address: "db" }),
      hostOf(2, { name: "c", address: "db" }),
      hostOf(1, { name: "d", address: "", file }),
      hostOf(1, { name: "e", address: "", file }),
    ),
  ]);
  expect(findings.map(({ line }) => line)).toEqual([
    'p.yaml:2: [1]: "b" is polled at db:1, as "a" is',
  ]);
});

test("rules and requirements that are about nobody are told, whatever reports say", () => {
  const config = parseConfig(
    `rules:
  - { check: df, ignore: true }
  - { check: df, ignore: true, where: { host: "web*", facts: { os: windows } } }
  - { check: df, ignore: true, where: { host: "db*" } }
  - { check: df, ignore: true, where: { tags: [shop], host: "web*" } }
require: [{ service: Uptime, where: { labels: { env: test } } }]
`,
    "p.yaml",
  );
  const hosts = [hostOf(1, { name: "web1", labels: { env: "prod" } })];
  const pathOf = (list: string, i: number): (string | number)[] => [list, i];
  const found = idleParts(config, hosts, { pathOf, isWhole: true });
  expect(found.map(({ severity, path }) => [severity, ...path])).toEqual([
    ["note", "rules", 2],
    ["warning", "rules", 3],
    ["warning", "require", 0],
  ]);
  // The host that they are about may be one that cannot be read.
  expect(idleParts(config, hosts, { pathOf, isWhole: false })).toEqual([]);
});
