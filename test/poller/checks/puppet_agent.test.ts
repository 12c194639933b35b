import { expect, test } from "vitest";
import { puppetAgent } from "../../../poller/checks/puppet_agent.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const AT = 1_700_000_000;
const parse = (...lines: string[]) =>
  puppetAgent.parse(sectionRows(["<<<puppet_agent:sep(0)>>>", ...lines, ""].join("\n")));
const RUN = [
  "version.config: 1699990000",
  "version.puppet: 8.9.0",
  "resources.changed: 2",
  "resources.failed: 0",
  "resources.total: 145",
  "changes.total: 2",
  "events.success: 2",
  "time.total: 6.5",
  `time.last_run: ${AT - 600}`,
];
const first = (...lines: string[]) => judged(puppetAgent, parse(...lines), { at: AT })[0];

test("the last run is exported", () => {
  expect(sampleLines(samples(puppetAgent, parse(...RUN)))).toEqual([
    `roundsman_puppet_last_run_timestamp_seconds ${AT - 600}`,
    "roundsman_puppet_last_run_duration_seconds 6.5",
    "roundsman_puppet_changes 2",
    "roundsman_puppet_disabled 0",
    "roundsman_puppet_catalog_failed 0",
    "roundsman_puppet_managed_resources 145",
    'roundsman_puppet_resources{state="changed"} 2',
    'roundsman_puppet_resources{state="failed"} 0',
    'roundsman_puppet_events{outcome="success"} 2',
    'roundsman_puppet_info{version="8.9.0"} 1',
  ]);
});

test("a run that went well is told", () => {
  expect(first(...RUN)).toMatchObject({
    service: "Puppet Agent",
    state: OK,
    summary: "Time since last run: 10 minutes, Changed: 2 of 145 resources",
  });
  expect(perfdata(first(...RUN))).toEqual({ last_run: 600, failed: 0, changed: 2, run_time: 6.5 });
});

test.each([
  [`time.last_run: ${AT - 7199}`, OK],
  [`time.last_run: ${AT - 7200}`, WARN],
  [`time.last_run: ${AT - 86_400}`, CRIT],
  ["resources.failed: 1", CRIT],
  ["disabled: being tried out", WARN],
  ["catalog: failed", CRIT],
  ["error: there is no last_run_summary.yaml", WARN],
  ["running: 4711", OK],
])("%s is judged so", (line, state) => {
  expect(first(...RUN, line)?.state).toBe(state);
});

test("reasons are told in their own words", () => {
  const summary = first(...RUN, "disabled: being tried out", "error: gone")?.summary;
  expect(summary).toMatch(/, disabled: being tried out, gone$/);
});

test("what is no summary is refused", () => {
  expect(() => parse("--- no yaml")).toThrow(ParseError);
});
