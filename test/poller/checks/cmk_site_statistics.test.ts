import { expect, test } from "vitest";
import { cmkSiteStatistics } from "../../../poller/checks/cmk_site_statistics.ts";
import { OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  cmkSiteStatistics.parse(
    sectionRows(["<<<cmk_site_statistics:sep(59)>>>", ...lines, ""].join("\n")),
  );
const NORTH = ["[north]", "1;2;3;4", "5;6;7;8;9;10"];

test("hosts and services are exported by state", () => {
  const lines = sampleLines(samples(cmkSiteStatistics, parse(...NORTH)));
  expect(lines).toHaveLength(10);
  expect(lines).toContain('roundsman_site_hosts{site="north",state="unreachable"} 3');
  expect(lines).toContain('roundsman_site_services{site="north",state="critical"} 10');
});

test("a site is a service that is never more than told", () => {
  const [service] = judged(cmkSiteStatistics, parse(...NORTH));
  expect(service).toMatchObject({
    service: "OMD north statistics",
    item: "north",
    state: OK,
    summary: "10 hosts, 9 with problems, 45 services, 40 with problems",
  });
  expect(perfdata(service)).toEqual({
    cmk_hosts_up: 1,
    cmk_hosts_down: 2,
    cmk_hosts_unreachable: 3,
    cmk_hosts_in_downtime: 4,
    cmk_services_ok: 5,
    cmk_services_in_downtime: 6,
    cmk_services_on_down_hosts: 7,
    cmk_services_warning: 8,
    cmk_services_unknown: 9,
    cmk_services_critical: 10,
  });
  const well = parse("[north]", "1;0;0;0", "20;0;0;0;0;0");
  expect(judged(cmkSiteStatistics, well)[0]?.summary).toBe(
    "1 host, none with problems, 20 services, none with problems",
  );
});

test("a site that did not answer in time is left out", () => {
  const data = parse(
    "[a]",
    "1;0;0;0",
    "[b]",
    "20;0;0;0;0;0",
    "[c]",
    "x;0;0;0",
    "1;2;3;4;5;6",
    "[d]",
  );
  expect(data).toBeUndefined();
  expect([...(parse("[a]", "1;0;0;0", ...NORTH)?.keys() ?? [])]).toEqual(["north"]);
});
