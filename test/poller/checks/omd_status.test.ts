import { expect, test } from "vitest";
import { omdStatus } from "../../../poller/checks/omd_status.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => omdStatus.parse(rows(...lines));

test("sites and their daemons are exported; one that is switched off has no value", () => {
  const data = parse("[north]", "cmc 0", "mkeventd 5", "apache 1", "OVERALL 2");
  expect(sampleLines(samples(omdStatus, data))).toEqual([
    'roundsman_omd_site_running{site="north"} 0',
    'roundsman_omd_daemon_running{site="north",daemon="cmc"} 1',
    'roundsman_omd_daemon_running{site="north",daemon="apache"} 0',
  ]);
});

test.each([
  [["cmc 0", "apache 0", "OVERALL 0"], OK, "running, 2 daemons"],
  [["cmc 0", "mkeventd 5", "OVERALL 0"], OK, "running, 2 daemons"],
  [["cmc 1", "apache 1", "OVERALL 1"], CRIT, "stopped"],
  [["cmc 0", "npcd 1", "apache 1", "OVERALL 2"], CRIT, "runs in part, stopped: npcd, apache"],
  [["cmc 0", "apache 0"], CRIT, "the site is damaged: it has no status"],
  [[], CRIT, "the site is damaged: it has no status"],
])("a site with %j is judged so", (lines, state, summary) => {
  expect(judged(omdStatus, parse("[north]", ...lines))).toMatchObject([
    { service: "OMD north status", item: "north", state, summary },
  ]);
});

test("a site that may be stopped is well when it is, but not when it runs in part", () => {
  const data = parse("[test1]", "cmc 1", "OVERALL 1", "[test2]", "cmc 1", "apache 0", "OVERALL 2");
  const results = judged(omdStatus, data, { params: { optional: ["test*"] } });
  expect(results.map(({ state }) => state)).toEqual([OK, CRIT]);
});

test("without a site there is nothing to say", () => {
  expect(parse("cmc 0", "OVERALL 0")).toBeUndefined();
});
