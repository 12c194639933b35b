import { expect, test } from "vitest";
import { mssqlConnections } from "../../../poller/checks/mssql_connections.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => mssqlConnections.parse(rows(...lines));

test("each database tells how many are connected", () => {
  const [first, second] = judged(mssqlConnections, parse("SHOP master 41", "SHOP our attic 0"));
  expect(first).toMatchObject({
    service: "MSSQL Connections SHOP master",
    item: "SHOP master",
    state: OK,
    summary: "Connections: 41",
  });
  expect(perfdata(first)).toEqual({ connections: 41 });
  expect(second).toMatchObject({ item: "SHOP our attic", summary: "Connections: 0" });
});

test("levels hold where somebody gave some", () => {
  const params = { connections: { warn: 20, crit: 50 } };
  const [result] = judged(mssqlConnections, parse("SHOP master 41"), { params });
  expect(result).toMatchObject({ state: WARN, summary: "Connections: 41 (warn/crit at 20/50)" });
});

test("an instance that would not answer says why", () => {
  expect(judged(mssqlConnections, parse("SHOP ERROR: permission denied"))).toMatchObject([
    { service: "MSSQL Connections SHOP", state: CRIT, summary: "permission denied" },
  ]);
});

test("connections are exported; a line without a number says nothing", () => {
  expect(sampleLines(samples(mssqlConnections, parse("SHOP master 41", "SHOP x")))).toEqual([
    'roundsman_mssql_connections{mssql_instance="SHOP",database="master"} 41',
  ]);
});
