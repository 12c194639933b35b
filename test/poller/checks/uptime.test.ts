import { expect, test } from "vitest";
import { uptime } from "../../../poller/checks/uptime.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => uptime.parse(rows(...lines));

test("the first number is the uptime in seconds, of a host and of a container", () => {
  expect(sampleLines(samples(uptime, parse("90061.50 80000.00")))).toEqual([
    "roundsman_uptime_seconds 90061.5",
  ]);
  const [result] = judged(uptime, parse("247"));
  expect(result).toMatchObject({ state: OK, summary: "Up for 4 minutes 7 seconds" });
  expect(perfdata(result)).toEqual({ uptime: 247 });
});

test("a host that started too lately warns where that is asked for", () => {
  const params = { shortest: { warn: 300, crit: 60 } };
  expect(judged(uptime, parse("247"), { params })[0]).toMatchObject({
    state: WARN,
    summary: "Up for 4 minutes 7 seconds (warn/crit below 5 minutes/1 minute)",
  });
});

test("what is no number is refused, and no line at all is no section", () => {
  expect(() => parse("up 3 days")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});
