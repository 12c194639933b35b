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
  ["FailedPythonPlugins: apt.py", WARN, "apt.py"],
  ["UpdateFailed: signature is wrong", WARN, "signature is wrong"],
  ["EncryptionPanic: true", CRIT, "cannot encrypt"],
])("%s is trouble", (line, state, text) => {
  const [result] = judged(checkMk, parse(...AGENT, line));
  expect(result?.state).toBe(state);
  expect(result?.summary).toContain(text);
});

test("that there is no Python is trouble once a plugin needs it", () => {
  const reason = "FailedPythonReason: no python3 found";
  expect(judged(checkMk, parse(...AGENT, reason))[0]?.state).toBe(OK);
  const [result] = judged(checkMk, parse(...AGENT, reason, "FailedPythonPlugins: a.py b.py"));
  expect(result).toMatchObject({
    state: WARN,
    summary: expect.stringMatching(
      /Python plugins that did not run: a.py b.py \(no python3 found\)$/,
    ) as string,
  });
});

test("another version than expected is trouble", () => {
  const [result] = judged(checkMk, parse(...AGENT), { params: { version: "9.9.*" } });
  expect(result).toMatchObject({
    state: WARN,
    summary: expect.stringContaining("version 9.8.7 (expected 9.9.*)") as string,
  });
  expect(judged(checkMk, parse(...AGENT), { params: { version: "9.8.*" } })[0]?.state).toBe(OK);
});

test.each([
  [["192.0.2.1", "192.0.2.2"], OK, ""],
  [["192.0.2.1"], WARN, "allowed, though it should not be: 192.0.2.2"],
  [["192.0.2.1", "192.0.2.2", "192.0.2.3"], WARN, "not allowed, though it should be: 192.0.2.3"],
])("networks that are to be %j are compared", (onlyFrom, state, text) => {
  const data = parse(...AGENT, "OnlyFrom: 192.0.2.2 192.0.2.1");
  const [result] = judged(checkMk, data, { params: { onlyFrom } });
  expect(result?.state).toBe(state);
  expect(result?.summary).toContain(text);
});

const UPDATER =
  "AgentUpdate: last_check 1700000000.5 last_update None aghash abc pending_hash None update_url https://mon.example/x error ";

test("an updater that works is in the details", () => {
  const data = parse(...AGENT, `${UPDATER}None`);
  expect(judged(checkMk, data, { at: 1_700_000_060.5 })[0]).toMatchObject({
    state: OK,
    summary: "version 9.8.7, linux, Some Linux 12",
    details: expect.stringMatching(
      /^Time since last update check: 1 minute\nUpdate URL: https:\/\/mon.example\/x\n/,
    ) as string,
    perfdata: [{ name: "last_check", value: 60 }],
  });
  expect(sampleLines(samples(checkMk, data)).slice(1)).toEqual([
    "roundsman_agent_updater_last_check_timestamp_seconds 1700000000.5",
    "roundsman_agent_updater_failed 0",
  ]);
});

test("an updater that fails, or is late, is trouble", () => {
  const failed = parse(...AGENT, `${UPDATER}no such error known`);
  expect(judged(checkMk, failed, { at: 1_700_000_060 })[0]).toMatchObject({
    state: WARN,
    summary: expect.stringContaining("update error: no such error known") as string,
  });
  const late = parse(...AGENT, `${UPDATER}None`);
  expect(judged(checkMk, late, { at: 1_700_000_000 + 2 * 86_401 })[0]?.state).toBe(WARN);
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
