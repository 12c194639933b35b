import { expect, test } from "vitest";
import { cmkUpdateAgentStatus } from "../../../poller/checks/cmk_update_agent_status.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const AT = 1_700_000_000;
const STATUS = {
  aghash: "9b786a9f747079af",
  last_check: AT - 600,
  last_update: AT - 86_400,
  pending_hash: null,
  update_url: "https://mon.example/north/check_mk",
  error: null,
};
const parse = (line: string) =>
  cmkUpdateAgentStatus.parse(sectionRows(`<<<cmk_update_agent_status:sep(0)>>>\n${line}\n`));
const first = (changes: object = {}) =>
  judged(cmkUpdateAgentStatus, parse(JSON.stringify({ ...STATUS, ...changes })), { at: AT })[0];

test("when it last did something is exported", () => {
  expect(sampleLines(samples(cmkUpdateAgentStatus, parse(JSON.stringify(STATUS))))).toEqual([
    `roundsman_agent_updater_last_check_timestamp_seconds ${AT - 600}`,
    `roundsman_agent_updater_last_update_timestamp_seconds ${AT - 86_400}`,
    "roundsman_agent_updater_failed 0",
  ]);
});

test("an updater that asks is well", () => {
  expect(first()).toMatchObject({
    service: "Agent updater",
    state: OK,
    summary: "Time since last update check: 10 minutes",
    details: "Last update: 1 day ago\nUpdate URL: https://mon.example/north/check_mk",
  });
  expect(perfdata(first())).toEqual({ last_check: 600 });
});

test.each([
  [{ last_check: AT - 3 * 86_400 }, WARN],
  [{ last_check: null }, WARN],
  [{ error: "server refuses" }, WARN],
  [{ pending_hash: "ffff" }, OK],
])("%j is judged so", (changes, state) => {
  expect(first(changes)?.state).toBe(state);
});

test("a line that is no object is refused", () => {
  expect(() => parse("None")).toThrow(ParseError);
});
