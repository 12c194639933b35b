import { expect, test } from "vitest";
import { mrpe } from "../../../poller/checks/mrpe.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => mrpe.parse(rows(...lines));
const result = (line: string) => judged(mrpe, parse(line), { at: 1_700_000_100 })[0];

test.each([
  ["Gate 0 OK - open", { service: "Gate", item: "Gate", state: OK, summary: "OK - open" }],
  ["(check_gate) Gate 1 slow", { service: "Gate", state: WARN, summary: "slow" }],
  ["My%20old%20gate 2 shut", { service: "My old gate", state: CRIT }],
  ["Gr%C3%B6%C3%9Fe 3 ?", { service: "Größe", state: UNKNOWN }],
  ["Odd%FF 0 fine", { service: "Odd%FF", state: OK }],
  ["Gate 2", { state: CRIT, summary: "" }],
  ["Gate 7 what", { state: UNKNOWN, summary: "Invalid plugin status '7'. Output is: what" }],
  ["Gate x what", { state: UNKNOWN }],
])("%s", (line, expected) => {
  expect(result(line)).toMatchObject(expected);
});

test("further lines are details, and what follows a bar is numbers", () => {
  const found = result("Gate 0 open|a=1\u0001more\u0001still more|b=2\u0001c=3");
  expect(found).toMatchObject({ state: OK, summary: "open", details: "more\nstill more" });
  expect(perfdata(found)).toEqual({ a: 1, b: 2, c: 3 });
});

test("a number that is none makes the service unknown, the others stand", () => {
  const found = result("Gate 0 open|a=1 b=U;5 c= d e=nan");
  expect(found).toMatchObject({ state: UNKNOWN });
  expect(found?.summary).toContain("Undefined metric: invalid metric value 'U'");
  expect(perfdata(found)).toEqual({ a: 1 });
});

test("a cached line tells its age", () => {
  expect(result("cached(1700000000,300) (check) Gate 0 open")).toMatchObject({
    service: "Gate",
    details: "cached: 1 minute 40 seconds old, interval 5 minutes, 33.33% of its interval",
  });
});

test("a line of one word is passed over, of equal services the last counts", () => {
  expect(parse("lonely", "(check) lonely")).toBeUndefined();
  expect(judged(mrpe, parse("Gate 0 a", "Gate 1 b"))).toMatchObject([{ summary: "b" }]);
});

test("states and numbers are exported in base units, ratios for percent", () => {
  const data = parse("Gate 1 slow|time=250ms;200;500 free=42% turns=12c seats=5;;;0;9");
  expect(sampleLines(samples(mrpe, data))).toEqual([
    'roundsman_mrpe_state{item="Gate"} 1',
    'roundsman_mrpe_value{item="Gate",metric="time",unit="seconds"} 0.25',
    'roundsman_mrpe_warn{item="Gate",metric="time",unit="seconds"} 0.2',
    'roundsman_mrpe_crit{item="Gate",metric="time",unit="seconds"} 0.5',
    'roundsman_mrpe_value{item="Gate",metric="free",unit="ratio"} 0.42',
    'roundsman_mrpe_value{item="Gate",metric="seats",unit=""} 5',
    'roundsman_mrpe_min{item="Gate",metric="seats",unit=""} 0',
    'roundsman_mrpe_max{item="Gate",metric="seats",unit=""} 9',
    'roundsman_mrpe_value_total{item="Gate",metric="turns"} 12',
  ]);
});
