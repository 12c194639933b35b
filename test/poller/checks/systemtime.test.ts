import { expect, test } from "vitest";
import { systemtime } from "../../../poller/checks/systemtime.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => systemtime.parse(rows(...lines));

test.each([
  [1000, OK, "Offset: 0 ms"],
  [1029, OK, "Offset: 29 seconds"],
  [1030, WARN, "Offset: 30 seconds (warn/crit at 30 seconds/1 minute)"],
  [940, CRIT, "Offset: -1 minute (warn/crit at 30 seconds/1 minute)"],
])("a host at %d, when it is 1000 here, is worth %d", (seconds, state, summary) => {
  const [result] = judged(systemtime, parse(String(seconds)), { at: 1000 });
  expect(result).toMatchObject({ service: "System Time", state, summary });
  expect(perfdata(result)).toEqual({ offset: seconds - 1000 });
});

test("the poll's time is what counts, not that of another section", () => {
  const context = { params: systemtime.params, at: 940, polledAt: 1000 };
  const [result] = [...systemtime.evaluate(parse("940")!, context)];
  expect(result?.state).toBe(CRIT);
});

test("the section's time is not the time of the report: it would be compared with itself", () => {
  expect(systemtime).not.toHaveProperty("time");
});

test("the host's clock is exported as windows_exporter has it", () => {
  expect(sampleLines(samples(systemtime, parse("1700000000")))).toEqual([
    "windows_time_current_timestamp_seconds 1700000000",
  ]);
});

test("nothing is no section, and what is no number is refused", () => {
  expect(parse()).toBeUndefined();
  expect(() => parse("noon")).toThrow(ParseError);
});
