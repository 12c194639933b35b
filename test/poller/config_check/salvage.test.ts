import { expect, test } from "vitest";
import { salvage } from "../../../poller/config_check/salvage.ts";

const found = (text: string): readonly string[] => salvage(text, "p.yaml").findings;
const names = (text: string): string[] | undefined =>
  salvage(text, "p.yaml").config?.hosts.map(({ name }) => name);

test("a config without faults is read as it is", () => {
  const { config, findings, pathOf } = salvage("hosts: [{ name: a }]\n", "p.yaml");
  expect([config?.hosts.length, findings]).toEqual([1, []]);
  expect(pathOf("hosts", 0)).toEqual(["hosts", 0]);
});

test("what is wrong with an entry hides neither the others nor what is wrong with them", () => {
  const text = `hosts:
  - { nmae: a }
  - { name: b, interval: 5s }
  - { name: c, prot: 1 }
  - { name: d }
  - { name: e }
  - { name: d }
listen: 9656
colour: red
`;
  expect(found(text)).toEqual([
    "p.yaml:2: hosts[0]: needs a name or an address",
    "p.yaml:2: hosts[0].nmae: unknown key (did you mean name?)",
    "p.yaml:4: hosts[2].prot: unknown key (did you mean port?)",
    "p.yaml:8: listen: must be text, not a number (quote it for text)",
    "p.yaml:9: colour: unknown key",
    "p.yaml:3: hosts[1].interval: an interval of 5s must be longer than the timeout of 10s",
    'p.yaml:7: hosts[5].name: "d" is the name of hosts[3] already',
  ]);
  expect(names(text)).toEqual(["d", "e"]);
  const { pathOf } = salvage(text, "p.yaml");
  expect([pathOf("hosts", 0), pathOf("hosts", 1)]).toEqual([
    ["hosts", 3],
    ["hosts", 4],
  ]);
});

test("hosts are not held to settings of the fleet that cannot be read", () => {
  const text =
    "poll: { interval: 5m, timeot: 1m }\nhosts: [{ name: a, timeout: 2m }, { name: b }]\n";
  expect(found(text)).toEqual(["p.yaml:1: poll.timeot: unknown key (did you mean timeout?)"]);
  expect(names(text)).toEqual(["b"]);
});

test.each([
  ["hosts: [", 1],
  ["hosts: 5\nlisten: [", 1],
  ["- 1", 1],
  ["a: &x 1\nb: *x", 1],
])("of %j there is nothing to be read", (text, count) => {
  const { config, findings } = salvage(text, "p.yaml");
  expect(config?.hosts ?? []).toEqual([]);
  expect(findings).toHaveLength(count);
});

test("odd keys hide nothing either", () => {
  const text = `My key: 1
a.b[0]: 2
hosts: [{ name: a, labels: { "x y: z": v } }, { name: b }, { name: b }, { name: c }]
`;
  expect(found(text)).toEqual([
    "p.yaml:1: My key: unknown key",
    "p.yaml:2: a.b[0]: unknown key",
    expect.stringMatching(/^p\.yaml:3: hosts\[0\]\.labels\.x y: z: is not a label name/),
    'p.yaml:3: hosts[2].name: "b" is the name of hosts[1] already',
  ]);
  expect(names(text)).toEqual(["b", "c"]);
});

test("patterns of files have their places", () => {
  const text =
    "file_sd:\n  - { files: [a.json, b.json] }\n  - { flies: [] }\n  - { files: [c.json] }\n";
  const { config, filePaths } = salvage(text, "p.yaml");
  expect(config?.fileSd).toEqual(["a.json", "b.json", "c.json"]);
  expect(filePaths).toEqual([
    ["file_sd", 0, "files", 0],
    ["file_sd", 0, "files", 1],
    ["file_sd", 2, "files", 0],
  ]);
});
