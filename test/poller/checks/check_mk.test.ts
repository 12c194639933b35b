import { expect, test } from "vitest";
import { checkMk } from "../../../poller/checks/check_mk.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => checkMk.parse(rows(...lines));
const AGENT = [
  "Version: 9.8.7",
  "AgentOS: linux",
  "Hostname: web1",
  "OSName: Some Linux",
  "OSVersion: 12",
  "SSHClient:",
];

test("version, system and name are exported as labels", () => {
  expect(sampleLines(samples(checkMk, parse(...AGENT)))).toEqual([
    'roundsman_agent_info{version="9.8.7",os="linux",agent_hostname="web1"} 1',
  ]);
});

test("the service tells the version and the system", () => {
  expect(judged(checkMk, parse(...AGENT))).toMatchObject([
    { service: "Agent", state: OK, summary: "version 9.8.7, linux, Some Linux 12" },
  ]);
});

test.each([
  ["FailedPythonReason: no python3 found", WARN, "no python3 found"],
  ["FailedPythonPlugins: apt.py", WARN, "apt.py"],
  ["EncryptionPanic: true", CRIT, "cannot encrypt"],
])("%s is trouble", (line, state, text) => {
  const [result] = judged(checkMk, parse(...AGENT, line));
  expect(result?.state).toBe(state);
  expect(result?.summary).toContain(text);
});

test("a repeated key goes on, a key without a value starts anew", () => {
  expect(parse("OnlyFrom: 10.0.0.1", "OnlyFrom: 10.0.0.2")?.get("onlyfrom")).toBe(
    "10.0.0.1 10.0.0.2",
  );
  const reset = parse("OnlyFrom: 10.0.0.1", "OnlyFrom:", "OnlyFrom: 10.0.0.3");
  expect(reset?.get("onlyfrom")).toBe("10.0.0.3");
});

test("lines without a key are no section", () => {
  expect(parse("hello world")).toBeUndefined();
});
