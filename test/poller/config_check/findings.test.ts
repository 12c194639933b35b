import { describe, expect, test } from "vitest";
import { placed, safe } from "../../../poller/config_check/findings.ts";

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
    "p.yaml:1: http_sd[0].url: http://ann:hunter2@x: no answer",
    "p.yaml:1: http_sd[0].url: http://x/?site=1&token=hunter2: no answer",
  ])("%s", (line) => {
    expect(safe(line)).not.toContain("hunter2");
    expect(safe(line)).toMatch(/^p\.yaml:1: http_sd\[0\]\.url: http:.*: no answer$/);
  });

  test("nor what would control a terminal", () => {
    expect(safe("\u001b[2J")).toBe("\ufffd[2J");
  });
});
