import { expect, test } from "vitest";
import { mssqlBlockedSessions } from "../../../poller/checks/mssql_blocked_sessions.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  mssqlBlockedSessions.parse(
    sectionRows(["<<<mssql_blocked_sessions:sep(124)>>>", ...lines, ""].join("\n")),
  );
const BLOCKED = parse("SHOP|119|90000|LCK_M_U|75", "SHOP|76|5000|PAGEIOLATCH_SH|115");

test("an instance where nobody waits is OK", () => {
  expect(judged(mssqlBlockedSessions, parse("SHOP|No blocking sessions"))).toMatchObject([
    { service: "MSSQL SHOP Blocked Sessions", state: OK, summary: "No blocking sessions" },
  ]);
});

test("sessions that wait are CRIT and told one by one", () => {
  expect(judged(mssqlBlockedSessions, BLOCKED)).toMatchObject([
    {
      state: CRIT,
      summary: "2 sessions blocked, for up to 1 minute 30 seconds",
      details:
        "Session 119 blocked by 75, Type: LCK_M_U, Wait: 1 minute 30 seconds\n" +
        "Session 76 blocked by 115, Type: PAGEIOLATCH_SH, Wait: 5 seconds",
    },
  ]);
});

test("levels for the time that one waits stand instead of the state", () => {
  const params = { wait: { warn: 60, crit: 600 } };
  const [result] = judged(mssqlBlockedSessions, BLOCKED, { params });
  expect(result?.state).toBe(WARN);
  expect(result?.summary).toContain("Session 119 blocked by 75");
  expect(result?.summary).not.toContain("Session 76");
});

test("types that somebody does not mind do not count", () => {
  const params = { ignore: ["LCK_*", "PAGE*"] };
  expect(judged(mssqlBlockedSessions, BLOCKED, { params })).toMatchObject([
    { state: OK, summary: "No blocking sessions, 2 ignored" },
  ]);
});

test("old plugins send a title and no instance", () => {
  const data = parse("Blocked _Sessions", "119|1000|LCK_M_U|75");
  expect(judged(mssqlBlockedSessions, data)).toMatchObject([
    { service: "MSSQL Blocked Sessions", summary: "1 session blocked, for up to 1 second" },
  ]);
});

test("an instance that would not answer says why", () => {
  expect(judged(mssqlBlockedSessions, parse("SHOP|ERROR: no rights"))).toMatchObject([
    { service: "MSSQL SHOP Blocked Sessions", state: CRIT, summary: "no rights" },
  ]);
});

test("how many wait, and how long, is exported", () => {
  expect(sampleLines(samples(mssqlBlockedSessions, BLOCKED))).toEqual([
    'roundsman_mssql_blocked_sessions{mssql_instance="SHOP"} 2',
    'roundsman_mssql_blocked_sessions_longest_wait_seconds{mssql_instance="SHOP"} 90',
  ]);
  expect(parse("SHOP|Blocked _Sessions")).toBeUndefined();
});
