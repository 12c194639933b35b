import { expect, test } from "vitest";
import { mssqlBackup } from "../../../poller/checks/mssql_backup.ts";
import { readParams } from "../../../poller/config/params.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const NOON = Date.UTC(2026, 0, 31, 12) / 1000;
const rows = (...lines: string[]) =>
  sectionRows(["<<<mssql_backup:sep(124)>>>", ...lines, ""].join("\n"));
const parse = (...lines: string[]) => mssqlBackup.parse(rows(...lines));

test("each kind of backup has its own age", () => {
  const data = parse(
    "MSSQL_SHOP|stock|2026-01-31|11:55:00|L",
    "MSSQL_SHOP|stock|2026-01-30|12:00:00|D",
  );
  const [result, ...more] = judged(mssqlBackup, data, { at: NOON });
  expect(more).toEqual([]);
  expect(result).toMatchObject({
    service: "MSSQL SHOP stock Backup",
    state: OK,
    summary: "Time since last database backup: 1 day, Time since last log backup: 5 minutes",
  });
  expect(perfdata(result)).toEqual({ backup_age_database: 86_400, backup_age_log: 300 });
});

test("a time is one field or two, with a zone or without", () => {
  const ended = (line: string) => parse(line)?.things[0]?.ended.get("database");
  expect(ended("SHOP|stock|2026-01-31|12:00:00|D")).toBe(NOON);
  expect(ended("SHOP|stock|2026-01-31 12:00:00|D")).toBe(NOON);
  expect(ended("SHOP|stock|2026-01-31 14:00:00+02:00|D")).toBe(NOON);
  expect(parse(`SHOP|stock|${NOON}`)?.things[0]?.ended.get("unspecific")).toBe(NOON);
});

test("times that bear no zone are of the host's clock, if somebody says where that is", () => {
  const params = { ...mssqlBackup.params, utcOffset: 7200 };
  const ended = (line: string) =>
    mssqlBackup.parse(rows(line), params)?.things[0]?.ended.get("log");
  expect(ended("SHOP|stock|2026-01-31|14:00:00|L")).toBe(NOON);
  expect(ended("SHOP|stock|2026-01-31|12:00:00+00:00|L")).toBe(NOON);
});

test("levels hold for their kind", () => {
  const data = parse("SHOP|stock|2026-01-31 11:00:00|L", "SHOP|stock|2026-01-31 11:00:00|D");
  const age = { ...mssqlBackup.params.age, log: { warn: 1800, crit: 7200 } };
  const [result] = judged(mssqlBackup, data, { at: NOON, params: { age } });
  expect(result).toMatchObject({ state: WARN });
  expect(result?.summary).toContain("log backup: 1 hour (warn/crit at 30 minutes/2 hours)");
});

test("settings can be written into a config, of one kind alone too", () => {
  const written = { age: { database_diff: ["1d", "2d"] }, missing: "CRIT", utc_offset: "2h" };
  expect(readParams(mssqlBackup, written)).toEqual({
    params: {
      age: { ...mssqlBackup.params.age, databaseDiff: { warn: 86_400, crit: 172_800 } },
      missing: CRIT,
      utcOffset: 7200,
    },
    findings: [],
  });
});

test("a database that was never backed up warns; one that cannot be has no service", () => {
  const data = parse("SHOP|stock|-|-|-|no backup found", "SHOP|tempdb|-|-|-|no backup found");
  expect(judged(mssqlBackup, data)).toMatchObject([
    { service: "MSSQL SHOP stock Backup", state: WARN, summary: "No backup found" },
  ]);
  expect(judged(mssqlBackup, data, { params: { missing: CRIT } })[0]?.state).toBe(CRIT);
});

test("a database that would not answer is CRIT and says why", () => {
  expect(judged(mssqlBackup, parse("SHOP|stock|-|-|-|ERROR: stock is offline"))).toMatchObject([
    { service: "MSSQL SHOP stock Backup", state: CRIT, summary: "stock is offline" },
  ]);
});

test("times are exported by kind", () => {
  expect(sampleLines(samples(mssqlBackup, parse("SHOP|stock|2026-01-31|12:00:00|I")))).toEqual([
    `roundsman_mssql_backup_timestamp_seconds{mssql_instance="SHOP",database="stock",kind="database_diff"} ${NOON}`,
  ]);
});

test("what cannot be read says nothing", () => {
  expect(
    parse("SHOP|stock", "SHOP|stock|yesterday|noon|D", "SHOP|x|2026-13-99|99:00:00|D"),
  ).toBeUndefined();
});
