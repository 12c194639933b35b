import { expect, test } from "vitest";
import { mssqlInstance } from "../../../poller/checks/mssql_instance.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  mssqlInstance.parse(sectionRows(["<<<mssql_instance:sep(124)>>>", ...lines, ""].join("\n")));

const RUNNING = [
  "MSSQL_SHOP|config|15.0.2000.5|Standard Edition|",
  "MSSQL_SHOP|state|1|Connecting using provider msoledbsql. ",
  "MSSQL_SHOP|details|15.0.4430.1|RTM|Standard Edition (64-bit)",
];

test("an instance that answers tells its version as it runs", () => {
  expect(judged(mssqlInstance, parse(...RUNNING))).toEqual([
    {
      service: "MSSQL SHOP Instance",
      item: "SHOP",
      state: OK,
      summary:
        "connected, Version: Microsoft SQL Server 2019 RTM (15.0.4430.1) - Standard Edition (64-bit)",
      perfdata: [],
    },
  ]);
});

test("the order of the lines does not matter", () => {
  expect(parse(...[...RUNNING].reverse())).toEqual(parse(...RUNNING));
});

test("an instance that cannot be reached is CRIT, and why goes over several lines or none", () => {
  const data = parse(
    "MSSQL_OLD|config|10.50.6000.34|Express Edition|CLUSTER7",
    "MSSQL_OLD|state|0|[DBNETLIB]SQL Server does not exist",
    "or access denied",
    "MSSQL_DARK|config|99.1|Enterprise Edition|",
  );
  expect(judged(mssqlInstance, data)).toMatchObject([
    {
      state: CRIT,
      summary:
        "Failed to connect to database ([DBNETLIB]SQL Server does not exist), " +
        "Version: Microsoft SQL Server 2008 R2 (10.50.6000.34) - Express Edition, Clustered as: CLUSTER7",
    },
    {
      state: CRIT,
      summary:
        "Failed to connect to database (the agent reported no state), Version: (99.1) - Enterprise Edition",
    },
  ]);
});

test("whether it is up is exported, and what it is", () => {
  expect(sampleLines(samples(mssqlInstance, parse(...RUNNING)))).toEqual([
    'roundsman_mssql_instance_up{mssql_instance="SHOP"} 1',
    'roundsman_mssql_instance_info{mssql_instance="SHOP",version="15.0.4430.1",edition="Standard Edition (64-bit)",cluster=""} 1',
  ]);
});

test("headers alone say nothing", () => {
  expect(parse()).toBeUndefined();
});
