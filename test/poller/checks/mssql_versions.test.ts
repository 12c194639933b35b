import { expect, test } from "vitest";
import { mssqlVersions } from "../../../poller/checks/mssql_versions.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows, sectionRows } from "../rows.ts";

test("versions come split at blanks or at bars", () => {
  const data = mssqlVersions.parse(rows("MSSQL_SHOP  10.50.1600.1 RTM Express"));
  const bars = "<<<mssql_versions:sep(124)>>>\nMSSQL_SHOP|10.50.1600.1|RTM|Express\n";
  expect(mssqlVersions.parse(sectionRows(bars))).toEqual(data);
  expect(judged(mssqlVersions, data)).toMatchObject([
    { service: "MSSQL SHOP Version", item: "SHOP", summary: "Version: 10.50.1600.1 RTM Express" },
  ]);
  expect(sampleLines(samples(mssqlVersions, data))).toEqual([
    'roundsman_mssql_version_info{mssql_instance="SHOP",version="10.50.1600.1",edition="RTM Express"} 1',
  ]);
});

test("a line without a version says nothing", () => {
  expect(mssqlVersions.parse(rows("MSSQL_SHOP", "ERROR: no"))).toBeUndefined();
});
