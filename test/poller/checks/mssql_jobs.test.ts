import fc from "fast-check";
import { expect, test } from "vitest";
import { mssqlJobs } from "../../../poller/checks/mssql_jobs.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const ID = "{0F0F0F0F-1111-2222-3333-444444444444}";
const parse = (...lines: readonly string[][]) =>
  mssqlJobs.parse(
    sectionRows(["<<<mssql_jobs:sep(09)>>>", ...lines.map((row) => row.join("\t")), ""].join("\n")),
  );
const job = (
  change: Partial<Record<"enabled" | "next" | "outcome" | "scheduled", string>> = {},
) => [
  ID,
  "count the till",
  change.enabled ?? "1",
  ...(change.next ?? "20260201 63000").split(" "),
  change.outcome ?? "1",
  "The job succeeded.",
  "20260131",
  "93005",
  "10203",
  change.scheduled ?? "1",
  "2026-01-31 10:00:05",
];

test("a job tells how its last run went and when it runs next", () => {
  const [result] = judged(mssqlJobs, parse(["SHOP"], job()));
  expect(result).toMatchObject({
    service: "MSSQL Job count the till - SHOP",
    item: "count the till - SHOP",
    state: OK,
    summary:
      "Last duration: 1 hour 2 minutes, MSSQL status: Succeed, Last run: 2026-01-31 09:30:05, Next run: 2026-02-01 06:30:00",
    details: "Outcome message: The job succeeded.",
  });
  expect(perfdata(result)).toEqual({ database_job_duration: 3723 });
});

test("the instance stands before its jobs, or before each of them", () => {
  expect(parse(["MSSQL_SHOP", ...job()])).toEqual(parse(["SHOP"], job()));
});

test("the outcome is judged where somebody wants that", () => {
  const state = (outcome: string, params: object = {}, enabled = "1") =>
    judged(mssqlJobs, parse(["SHOP"], job({ outcome, enabled })), { params })[0]?.state;
  expect(state("0")).toBe(OK);
  expect(state("0", { outcome: "consider" })).toBe(CRIT);
  expect(state("5", { outcome: "consider_if_enabled" })).toBe(UNKNOWN);
  expect(state("5", { outcome: "consider_if_enabled" }, "0")).toBe(OK);
  expect(state("77", { outcome: "consider" })).toBe(UNKNOWN);
});

test("levels hold for the duration", () => {
  const params = { duration: { warn: 1800, crit: 7200 } };
  expect(judged(mssqlJobs, parse(["SHOP"], job()), { params })[0]?.state).toBe(WARN);
});

test("a job that is switched off does not run next", () => {
  const summary = (change: Parameters<typeof job>[0]) =>
    judged(mssqlJobs, parse(["SHOP"], job(change)))[0]?.summary;
  expect(summary({ enabled: "0" })).toContain("Job is disabled");
  expect(summary({ scheduled: "" })).toContain("Schedule is disabled");
  expect(summary({ next: " " })).toContain("Next run: N/A");
});

test("of several schedules the next run is the earliest", () => {
  const data = parse(
    ["SHOP"],
    job({ next: "20260203 0" }),
    job({ next: "20260202 235959", scheduled: "0" }),
    job({ next: " " }),
  );
  expect(judged(mssqlJobs, data)).toHaveLength(1);
  expect(judged(mssqlJobs, data)[0]?.summary).toContain("Next run: 2026-02-02 23:59:59");
});

test("an instance that would not answer says why", () => {
  const data = parse(["SHOP ERROR: The SELECT permission was denied."]);
  expect(judged(mssqlJobs, data)).toMatchObject([
    { service: "MSSQL SHOP Jobs", state: CRIT, summary: "The SELECT permission was denied." },
  ]);
});

test("duration, outcome and age are exported; the age needs no time zone", () => {
  const labels = 'mssql_instance="SHOP",job="count the till"';
  expect(sampleLines(samples(mssqlJobs, parse(["SHOP"], job())))).toEqual([
    `roundsman_mssql_job_last_duration_seconds{${labels}} 3723`,
    `roundsman_mssql_job_last_outcome{${labels}} 1`,
    `roundsman_mssql_job_last_run_age_seconds{${labels}} 1800`,
    `roundsman_mssql_job_enabled{${labels}} 1`,
  ]);
});

test("a time of day is read from a number that leaves out zeros before it", () => {
  const [hours, minutes, seconds] = [24, 60, 60].map((end) => fc.nat({ max: end - 1 }));
  fc.assert(
    fc.property(hours!, minutes!, seconds!, (h, m, s) => {
      const data = parse(["SHOP"], job({ next: `20260201 ${h * 10_000 + m * 100 + s}` }));
      const shown = [h, m, s].map((part) => String(part).padStart(2, "0")).join(":");
      expect(data?.things[0]?.nextRun).toBe(`2026-02-01 ${shown}`);
    }),
  );
});

test("an instance without jobs says nothing", () => {
  expect(parse(["SHOP"])).toBeUndefined();
});
