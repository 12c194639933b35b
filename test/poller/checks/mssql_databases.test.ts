import { expect, test } from "vitest";
import { mssqlDatabases } from "../../../poller/checks/mssql_databases.ts";
import { readParams } from "../../../poller/config/params.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows, sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  mssqlDatabases.parse(sectionRows(["<<<mssql_databases:sep(124)>>>", ...lines, ""].join("\n")));

test("a database is a service, whatever spelling of its instance comes", () => {
  const data = parse("SHOP|master|ONLINE|SIMPLE|0|0");
  expect(judged(mssqlDatabases, data)).toMatchObject([
    {
      service: "MSSQL SHOP master Database",
      item: "SHOP master",
      state: OK,
      summary: "Status: ONLINE, Recovery: SIMPLE, Auto close: off, Auto shrink: off",
    },
  ]);
  expect(parse("MSSQL_SHOP|master|ONLINE|SIMPLE|0|0")).toEqual(data);
});

test.each([
  ["ONLINE", OK],
  ["RESTORING", WARN],
  ["RECOVERING", WARN],
  ["RECOVERY_PENDING", CRIT],
  ["SUSPECT", CRIT],
  ["OFFLINE", WARN],
  ["constructor", CRIT],
])("a database that is %s is judged so", (status, state) => {
  const data = parse(`SHOP|cellar|${status}|FULL|0|0`);
  expect(judged(mssqlDatabases, data)[0]?.state).toBe(state);
});

test("somebody may be content with a database that is offline", () => {
  const data = parse("SHOP|attic|OFFLINE|FULL|0|0");
  expect(judged(mssqlDatabases, data, { params: { states: { OFFLINE: OK } } })[0]?.state).toBe(OK);
});

test("what a state is worth can be written into a config", () => {
  const written = { states: { OFFLINE: "OK" }, auto_close: "CRIT" };
  expect(readParams(mssqlDatabases, written)).toEqual({
    params: { states: { OFFLINE: OK }, autoClose: CRIT },
    findings: [],
  });
});

test("options that cost performance warn, unless that was wanted", () => {
  const data = parse("SHOP|cellar|ONLINE|FULL|1|0", "SHOP|attic|ONLINE|FULL|0|1");
  expect(judged(mssqlDatabases, data).map(({ state }) => state)).toEqual([WARN, WARN]);
  const params = { autoClose: OK, autoShrink: CRIT };
  expect(judged(mssqlDatabases, data, { params }).map(({ state }) => state)).toEqual([OK, CRIT]);
});

test("a status of two words is one, of old plugins that split at blanks", () => {
  expect(mssqlDatabases.parse(rows("MSSQL_SHOP cellar RECOVERY PENDING FULL 1 0"))).toMatchObject({
    things: [{ status: "RECOVERY_PENDING", recovery: "FULL", closesItself: true }],
  });
});

test("an instance that would not answer is CRIT and says why", () => {
  const data = parse("MSSQL_DARK|-|ERROR: login failed|-|-|-", "SHOP|master|ONLINE|SIMPLE|0|0");
  expect(judged(mssqlDatabases, data)[1]).toEqual({
    service: "MSSQL DARK Database",
    item: "DARK",
    state: CRIT,
    summary: "login failed",
    perfdata: [],
  });
});

test("state and options are exported", () => {
  expect(sampleLines(samples(mssqlDatabases, parse("SHOP|cellar|OFFLINE|FULL|1|0")))).toEqual([
    'roundsman_mssql_database_online{mssql_instance="SHOP",database="cellar"} 0',
    'roundsman_mssql_database_auto_close{mssql_instance="SHOP",database="cellar"} 1',
    'roundsman_mssql_database_auto_shrink{mssql_instance="SHOP",database="cellar"} 0',
  ]);
});

test("a line that is too short says nothing", () => {
  expect(parse("SHOP|master|ONLINE")).toBeUndefined();
});
