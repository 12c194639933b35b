import { expect, test } from "vitest";
import { exasolDatabase } from "../../../poller/checks/exasol_database.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => exasolDatabase.parse(rows("[[[sales]]]", ...lines));
const states = (...lines: string[]) => judged(exasolDatabase, parse(...lines)).map((r) => r.state);

test("a database tells how full it is, and whether it is backed up", () => {
  const data = parse("usage 30.0", "free 70.0", "backup_expiration 2026-02-04 04:00");
  const results = judged(exasolDatabase, data);
  expect(results).toMatchObject([
    { service: "Database sales usage", item: "sales", state: OK, summary: "Used: 30%" },
    {
      service: "Database sales backup",
      item: "sales",
      state: OK,
      summary: "1 backup, the last expires at 2026-02-04 04:00",
    },
  ]);
  expect(perfdata(results[0])).toEqual({ exasol_db_size_perc: 30 });
  expect(sampleLines(samples(exasolDatabase, data))).toEqual([
    'roundsman_exasol_database_used_ratio{database="sales"} 0.3',
    'roundsman_exasol_database_backups{database="sales"} 1',
  ]);
});

test("levels are ratios of the space", () => {
  const full = ["usage 85", "free 15", "backup_expiration 2026-02-04 04:00"];
  expect(states(...full)).toEqual([WARN, OK]);
});

test("no backup is CRIT; one that outlives what it needs warns", () => {
  expect(states()).toEqual([CRIT]);
  const [base, last] = ["2026-02-04 04:00", "2026-02-11 04:00"];
  expect(states(`backup_expiration ${base}`, `backup_expiration ${last}`)).toEqual([WARN]);
  expect(states(`backup_expiration ${last}`, `backup_expiration ${base}`)).toEqual([OK]);
});

test("what stands before a title is of no database", () => {
  expect(exasolDatabase.parse(rows("usage 5", "free 5"))).toBeUndefined();
});
