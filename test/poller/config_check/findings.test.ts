import { describe, expect, test } from "vitest";
import { placed, safe, withoutExcerpt } from "../../../poller/config_check/findings.ts";

test("findings are told in the order of their lines, each with what it is", () => {
  const all = [
    { severity: "note", path: ["b"], message: "later" },
    { severity: "error", path: ["a"], message: "1 of 2" },
  ] as const;
  expect(placed("a: 1\nb: 2\n", "p.yaml", all)).toEqual([
    { severity: "error", line: "p.yaml:1: a: 1 of 2" },
    { severity: "note", line: "p.yaml:2: b: later" },
  ]);
});

describe("a line holds no secret", () => {
  test.each([
    'p.yaml:1: remote_write[0].auth: must be a mapping, not "hunter2"',
    "p.yaml:1: hosts[0].secret_file: must be text, not 12345 (quote it for text) hunter2".replace(
      " hunter2",
      "",
    ),
    'p.yaml:1: remote_write[0].headers: must be a mapping, not "X-Key: \\"hunter2"',
    "p.yaml:1: http_sd[0].url: http://ann:hunter2@x: no answer",
    'p.yaml:1: a[0].b: must be a list, not "hunter2"',
    "p.yaml:1: http_sd[0].url: http://x/?site=1&token=hunter2: no answer",
  ])("%s", (line) => {
    expect(safe(line)).not.toMatch(/hunter2|12345/);
    expect(safe(line)).toMatch(/^p\.yaml:1: [a-z_]+\[0\]\.\w+: /);
  });

  test.each([
    "p.yaml:1: Unresolved tag: !hunter2",
    "p.yaml:1: Unresolved alias (the anchor must be set before the alias): hunter2",
    'p.yaml:1: Unexpected scalar token in YAML stream: "hunter2"',
    "p.yaml:1: Block scalar header includes extra characters: hunter2",
    "p.yaml:1: Invalid escape sequence \\hunter2",
    "p.yaml:1: The !hunter2 tag has no suffix",
    "p.yaml:1: Verbatim tags aren't resolved, so !<hunter2> is invalid.",
  ])("%s", (line) => {
    expect(safe(line)).toMatch(/^p\.yaml:1: [A-Z]/);
    expect(safe(line)).not.toContain("hunter2");
  });

  test("nor what would control a terminal", () => {
    expect(safe("\u001b[2J")).toBe("\ufffd[2J");
  });
});

test("other values are told", () => {
  const line = 'p.yaml:1: hosts[0].port: must be a number, not "6556"';
  expect(safe(line)).toBe(line);
});

test.each([
  ['Unexpected token \'h\', ..."word": hunter2 "... is not valid JSON', "Unexpected token 'h'"],
  [`Unexpected token 'h', "hunter2" is not valid JSON`, "Unexpected token 'h'"],
  ['Unexpected scalar token in YAML stream: "hunter2"', "Unexpected scalar token in YAML stream"],
  ["bad at line 2:\n\n hunter2", "bad at line 2:"],
  ["answers 500", "answers 500"],
])("of what parsers say %j is left as %j", (message, left) => {
  expect(withoutExcerpt(message)).toBe(left);
});
