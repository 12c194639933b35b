import { expect, test } from "vitest";
import { located } from "../../../poller/config/located.ts";

test("remarks stand where they belong, in the order of the lines", () => {
  const text = "poll:\n  interval: 5s\nhosts:\n  - name: a\n    tls: {}\n  - { name: b }\n";
  const remarks = [
    { path: ["hosts", 1, "name"], message: "second" },
    { path: ["hosts", 0, "tls", "key"], message: "first" },
    { path: ["listen"], message: "is not there" },
  ];
  expect(located(text, "p.yaml", remarks)).toEqual([
    "p.yaml:1: listen: is not there",
    "p.yaml:5: hosts[0].tls.key: first",
    "p.yaml:6: hosts[1].name: second",
  ]);
});

test("JSON has lines too", () => {
  const text = '[\n\t{ "targets": ["a"] },\n\t{ "targets": [5] }\n]\n';
  expect(located(text, "a.json", [{ path: [1, "targets", 0], message: "5" }])).toEqual([
    "a.json:3: [1].targets[0]: 5",
  ]);
});

test("what is no YAML has no lines, and loses no remark", () => {
  expect(located("a: [", "p.yaml", [{ path: ["a", 0, "b"], message: "x" }])).toEqual([
    "p.yaml: a[0].b: x",
  ]);
});

test("nothing to be told is nothing", () => {
  expect(located("a: 1", "p.yaml", [])).toEqual([]);
});
