import { expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { factsOf } from "../../../poller/judge/facts.ts";
import { parse } from "../../../poller/parse.ts";

const facts = (report: string) => factsOf(parse(Buffer.from(report)).hosts[0]!.sections, checks);

test("facts are what the agent says of itself, and the labels that it gives its host", () => {
  expect(
    facts(
      '<<<check_mk>>>\nVersion: 2.3.0\nAgentOS: linux\n<<<labels:sep(0)>>>\n{"cmk/device_type":"vm"}\n',
    ),
  ).toMatchObject({ os: "linux", "cmk/device_type": "vm" });
});

test("a section that cannot be read says nothing, and the others do", () => {
  expect(facts("<<<labels:sep(0)>>>\nnot json\n<<<check_mk>>>\nAgentOS: linux\n")).toEqual({
    os: "linux",
  });
  expect(facts("<<<df>>>\nx\n")).toEqual({});
});

test("what a host says of itself has a bound", () => {
  const label = (key: string, value: string): string => JSON.stringify({ [key]: value });
  const many = Array.from({ length: 5000 }, (_, i) => label(`key ${i}`, "v".repeat(5000)));
  const found = facts(["<<<labels:sep(0)>>>", label("k".repeat(201), "v"), ...many, ""].join("\n"));
  expect(Object.keys(found)).toHaveLength(200);
  for (const [key, value] of Object.entries(found)) {
    expect(key).toMatch(/^key \d+$/);
    expect(value).toHaveLength(200);
  }
});

test("names that objects have anyway are facts like any other", () => {
  const found = facts('<<<labels:sep(0)>>>\n{"constructor":"x"}\n{"__proto__":"y"}\n');
  expect(Object.entries(found)).toEqual([
    ["constructor", "x"],
    ["__proto__", "y"],
  ]);
});
