import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultConfig } from "../../../poller/config.ts";
import { fileSources } from "../../../poller/config_check/lists.ts";
import { temporaryFolder } from "../../programs.ts";

const { poll } = defaultConfig();

/** What is read of a file of this name. */
function read(name: string, text: string) {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const { sources, findings } = fileSources(file, poll);
  return {
    hosts: sources.flatMap(({ members }) => members.map(({ host }) => host.name)),
    lines: findings.map(({ severity, line }) => `${severity} ${line.replace(`${file}:`, "")}`),
  };
}

test("of a list every fault is told with its line, and the hosts that can be read", () => {
  const text = `[
  { "targets": ["a"] },
  { "targets": ["b c", "d", 5], "labels": { "x": 1 } },
  { "targets": ["e", "f"], "labels": { "__name": "both" } },
  { "target": ["g"] },
  "h",
  { "targets": ["i"], "labels": { "__name": "named" } }
]
`;
  const { hosts, lines } = read("a.json", text);
  expect(hosts).toEqual(["a:6556", "named"]);
  expect(lines.sort()).toEqual([
    "error 3: [1].labels.x: must be text of 1024 characters at most",
    "error 3: [1].targets[0]: must be HOST or HOST:PORT",
    "error 3: [1].targets[2]: must be HOST or HOST:PORT",
    "error 4: [2].labels.__name: is one name for several targets",
    'error 5: [3]: unknown key "target"',
    "error 6: [4]: must be a mapping",
  ]);
});

test("YAML is read likewise", () => {
  expect(read("a.yml", "- targets: [a]\n- targets:\n    - b c\n")).toEqual({
    hosts: ["a:6556"],
    lines: ["error 3: [1].targets[0]: must be HOST or HOST:PORT"],
  });
});

test.each([
  ["a.json", "{}", /^error 1: must be a list/],
  ["a.json", '[\n{ "a": "hunter2" }\n{ "b": "hunter2" }\n]', /^error 3: .*JSON/],
  ["a.json", '[\n{ "a": hunter2 }\n]', /^error 2: Unexpected token 'h'$/],
  ["a.json", "hunter2", /^error 1: Unexpected token 'h'$/],
  ["a.json", '[{"hunter2": "hunter2 hunter2"}\n', /^error 2: /],
  ["a.yml", "- a: !hunter2 x\n  b: |hunter2\n  b: *hunter2\n", /^error [12]: /],
  ["a.yml", "- [hunter2\n- {", /^error 2: /],
])("%s with %j cannot be used, and is not quoted", (name, text, message) => {
  const { lines } = read(name, text);
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(lines.join()).not.toContain("hunter2");
});

test("a pattern is what it matches; a file that is not there yet is no error", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "dir.json"));
  for (const name of ["b.json", "a.json", "c.yml"])
    writeFileSync(join(folder, name), JSON.stringify([{ targets: [name] }]));
  const { sources, findings } = fileSources(join(folder, "*.json"), poll);
  expect(sources.map(({ name }) => name)).toEqual(
    ["a.json", "b.json"].map((one) => join(folder, one)),
  );
  expect(findings).toEqual([
    { severity: "error", line: `${join(folder, "dir.json")}: is not a file` },
  ]);
  const missing = join(folder, "d.json");
  expect(fileSources(missing, poll)).toEqual({
    sources: [],
    findings: [{ severity: "warning", line: `${missing}: no such file` }],
  });
  expect(fileSources(join(folder, "none", "*.json"), poll)).toEqual({ sources: [], findings: [] });
});

test("a list that is very long is read in a bounded time, without lines", () => {
  const groups = Array.from({ length: 60_000 }, (_, i) => ({ targets: [`host${i}`] }));
  const text = JSON.stringify([...groups, { targets: [5] }], undefined, 1);
  const { hosts, lines } = read("a.json", text);
  expect(hosts).toHaveLength(60_000);
  expect(lines).toEqual([expect.stringMatching(/ \[60000\]\.targets\[0\]: must be HOST/)]);
});
