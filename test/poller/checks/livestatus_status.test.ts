import { expect, test } from "vitest";
import { livestatusStatus } from "../../../poller/checks/livestatus_status.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  livestatusStatus.parse(sectionRows(["<<<livestatus_status:sep(59)>>>", ...lines, ""].join("\n")));

const NAGIOS = {
  execute_host_checks: "1",
  enable_notifications: "1",
  host_checks: "665349",
  host_checks_rate: "0.25398",
  service_checks: "1.43442e+07",
  service_checks_rate: "2.88315",
  forks: "1.34762e+06",
  forks_rate: "0.357169",
  livestatus_version: "1.9.0",
  num_hosts: "10",
  num_services: "222",
  program_start: "1539251917",
  program_version: "3.5.0",
};
const CMC = {
  ...NAGIOS,
  program_version: "Check_MK 9.1.0",
  average_latency_generic: "1.5",
  average_latency_checker: "0.25",
  average_latency_cmk: "0",
  helper_usage_generic: "3.45846e-323",
  helper_usage_checker: "0.5",
  helper_usage_cmk: "0",
  livestatus_usage: "0.02",
  livestatus_overflows: "4",
  livestatus_overflows_rate: "0",
  carbon_queue_usage: "5e-05",
};
const site = (columns: Record<string, string>) =>
  parse("[north]", Object.keys(columns).join(";"), Object.values(columns).join(";"));
const result = (columns: Record<string, string>) => judged(livestatusStatus, site(columns))[0];

test("what the core counts is exported as counters", () => {
  const lines = sampleLines(samples(livestatusStatus, site(CMC)));
  expect(lines).toEqual(
    expect.arrayContaining([
      'roundsman_livestatus_up{site="north"} 1',
      'roundsman_livestatus_host_checks_total{site="north"} 665349',
      'roundsman_livestatus_service_checks_total{site="north"} 14344200',
      'roundsman_livestatus_hosts{site="north"} 10',
      'roundsman_livestatus_overflows_total{site="north"} 4',
      'roundsman_livestatus_program_start_timestamp_seconds{site="north"} 1539251917',
      'roundsman_livestatus_helper_usage_ratio{site="north",helper="checker"} 0.5',
      'roundsman_livestatus_latency_seconds{site="north",helper="generic"} 1.5',
      'roundsman_livestatus_sink_queue_usage_ratio{site="north",sink="carbon"} 0.00005',
      'roundsman_livestatus_setting{site="north",setting="enable_notifications"} 1',
      'roundsman_livestatus_info{site="north",version="1.9.0",core="Check_MK 9.1.0"} 1',
    ]),
  );
  expect(lines.join()).not.toContain("influxdb");
});

test("an old core without helpers tells its work", () => {
  const service = result(NAGIOS);
  expect(service).toMatchObject({
    service: "OMD north performance",
    item: "north",
    state: OK,
    summary: "Host checks: 0.25/s, Service checks: 2.88/s, Hosts: 10, Services: 222",
  });
  expect(perfdata(service)).toEqual({
    host_checks: 0.25398,
    service_checks: 2.88315,
    forks: 0.357169,
    monitored_hosts: 10,
    monitored_services: 222,
  });
});

test("a newer one tells of its helpers too, each once, in percent", () => {
  const numbers = perfdata(result(CMC));
  expect(numbers).toMatchObject({
    helper_usage_checker: 50,
    average_latency_generic: 1.5,
    average_latency_cmk: 0.25,
    livestatus_usage: 2,
  });
  expect(numbers["helper_usage_generic"]).toBeCloseTo(0);
  expect(numbers).not.toHaveProperty("helper_usage_cmk");
});

test("one from before the checkers has them under their old name", () => {
  const { helper_usage_checker: usage, average_latency_checker: latency, ...old } = CMC;
  expect(
    perfdata(result({ ...old, helper_usage_cmk: usage, average_latency_cmk: latency })),
  ).toMatchObject({
    helper_usage_cmk: 50,
    average_latency_cmk: 0.25,
  });
});

test.each([
  [{ helper_usage_checker: "0.85" }, WARN],
  [{ helper_usage_checker: "0.95" }, CRIT],
  [{ average_latency_generic: "31" }, WARN],
  [{ livestatus_usage: "0.7" }, WARN],
  [{ livestatus_overflows_rate: "0.5" }, CRIT],
  [{ enable_notifications: "0" }, CRIT],
  [{ check_host_freshness: "0" }, OK],
  [{ enable_event_handlers: "0" }, WARN],
  [{ enable_event_handlers: "0", has_event_handlers: "0" }, OK],
])("%j is judged so", (changes, state) => {
  expect(result({ ...CMC, ...changes })?.state).toBe(state);
});

test("what is switched off is named", () => {
  expect(result({ ...CMC, enable_notifications: "0" })?.summary).toMatch(
    /notifications are switched off$/,
  );
});

test("a site that does not run is critical unless it may", () => {
  const data = parse("[south]", "[north]", "num_hosts", "1");
  expect(judged(livestatusStatus, data)).toMatchObject([
    { service: "OMD south performance", state: CRIT, summary: "the site does not run" },
    { service: "OMD north performance", state: OK },
  ]);
  expect(judged(livestatusStatus, data, { params: { stopped: OK } })[0]?.state).toBe(OK);
  expect(sampleLines(samples(livestatusStatus, data))).toContain(
    'roundsman_livestatus_up{site="south"} 0',
  );
});

test("without a site there is nothing to say", () => {
  expect(parse("num_hosts", "1")).toBeUndefined();
});
