import { expect, test } from "vitest";
import { roundsmanTimex } from "../../../poller/checks/roundsman_timex.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  roundsmanTimex.parse(sectionRows(["<<<roundsman_timex:sep(58)>>>", ...lines, ""].join("\n")));

const clock = ({
  offset = "0.000250000 seconds slow",
  dispersion = "0.000500000",
  leap = "Normal",
}) =>
  parse(
    "clocksource: tsc",
    "Reference ID    : C0000207 (192.0.2.7)",
    "Ref time (UTC)  : Mon Nov 16 18:05:39 2026",
    `System time     : ${offset} of NTP time`,
    "Frequency       : 3.250 ppm fast",
    "Root delay      : 0.004000000 seconds",
    `Root dispersion : ${dispersion} seconds`,
    `Leap status     : ${leap}`,
  );

test("the daemon's view is exported, and nothing of it as if the kernel had said so", () => {
  expect(sampleLines(samples(roundsmanTimex, clock({})))).toEqual(
    [
      "roundsman_clock_synchronised 1",
      "roundsman_clock_offset_seconds -0.00025",
      "roundsman_clock_max_error_seconds 0.00275",
      "roundsman_clock_frequency_error_ratio 0.0000032499999999999998",
      'roundsman_clock_source_info{source="tsc"} 1',
    ].map((line) => line.replace("0.0000032499999999999998", String(3.25 * 1e-6))),
  );
});

test("a clock that is kept is well", () => {
  const [service] = judged(roundsmanTimex, clock({}));
  expect(service).toMatchObject({ service: "Clock", state: OK, details: "Source: tsc" });
  expect(service?.summary).toBe("synchronised, Offset: -0.25 ms, Error at most: 2.75 ms");
  expect(perfdata(service)).toEqual({ clock_offset: -0.00025, clock_max_error: 0.00275 });
});

test("a clock that may be far off is judged by how far", () => {
  expect(judged(roundsmanTimex, clock({ dispersion: "1.0" }))[0]?.state).toBe(WARN);
  expect(judged(roundsmanTimex, clock({ offset: "20.0 seconds fast" }))[0]?.state).toBe(CRIT);
});

test("a clock that follows no other is told", () => {
  const data = clock({ leap: "Not synchronised" });
  expect(judged(roundsmanTimex, data)[0]).toMatchObject({ state: WARN });
  expect(sampleLines(samples(roundsmanTimex, data))).toContain("roundsman_clock_synchronised 0");
});

test("a daemon that does not answer is told in its words", () => {
  const [service] = judged(roundsmanTimex, parse("506 Cannot talk to daemon"));
  expect(service).toMatchObject({ state: CRIT, summary: "506 Cannot talk to daemon" });
});

test("without a leap status nothing is known, and no line at all is no section", () => {
  expect(() => parse("clocksource: tsc")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});
