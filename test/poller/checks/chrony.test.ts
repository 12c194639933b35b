import { expect, test } from "vitest";
import { chrony } from "../../../poller/checks/chrony.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const NOW = Date.UTC(2026, 1, 1, 12, 10) / 1000;
const parse = (...lines: string[]) => chrony.parse(rows(...lines));
const tracking = ({
  reference = "C0000201 (192.0.2.1)",
  offset = "0.000250000 seconds slow",
  set = "Sun Feb 01 12:00:00 2026",
  leap = "Normal",
} = {}) =>
  parse(
    `Reference ID    : ${reference}`,
    "Stratum         : 3",
    `Ref time (UTC)  : ${set}`,
    `System time     : ${offset} of NTP time`,
    "Root delay      : 0.012000000 seconds",
    "Root dispersion : 0.001000000 seconds",
    `Leap status     : ${leap}`,
  );
const state = (given: Parameters<typeof tracking>[0], at = NOW) =>
  judged(chrony, tracking(given), { at })[0]?.state;

test("a clock that is kept tells its server, offset and age", () => {
  const [result] = judged(chrony, tracking(), { at: NOW });
  expect(result).toMatchObject({
    service: "NTP Time",
    state: OK,
    summary:
      "NTP servers: 192.0.2.1, Stratum: 3, Offset: 0.25 ms, Time since last sync: 10 minutes",
  });
  expect(perfdata(result)).toEqual({ stratum: 3, offset: 0.00025, last_sync_time: 600 });
});

test.each([
  ["0.199 seconds slow", OK],
  ["0.2 seconds slow", WARN],
  ["0.2 seconds fast", WARN],
  ["0.5 seconds fast", CRIT],
])("an offset of %s is of state %d", (offset, wanted) => {
  expect(state({ offset })).toBe(wanted);
});

test("a clock that was not set for long is late", () => {
  expect([1024, 1025, 3600].map((age) => state({}, NOW - 600 + age))).toEqual([OK, WARN, CRIT]);
});

test("without a server chrony warns, and the year 1970 is no time", () => {
  const data = tracking({
    reference: "00000000 ()",
    set: "Thu Jan 01 00:00:00 1970",
    leap: "Not synchronised",
  });
  const [result] = judged(chrony, data, { at: NOW });
  expect(result).toMatchObject({ state: WARN });
  expect(result?.summary).toContain("NTP servers: unreachable");
  expect(perfdata(result)).not.toHaveProperty("last_sync_time");
  expect(sampleLines(samples(chrony, data))).toContain("roundsman_ntp_synchronised 0");
});

test("a daemon that does not answer is CRIT", () => {
  expect(judged(chrony, parse("506 Cannot talk to daemon"))).toMatchObject([
    { service: "NTP Time", state: CRIT, summary: "506 Cannot talk to daemon", perfdata: [] },
  ]);
});

test("what is told is exported: an offset that is fast is negative", () => {
  const fast = tracking({ offset: "0.000250000 seconds fast" });
  expect(sampleLines(samples(chrony, fast))).toEqual([
    "roundsman_ntp_offset_seconds -0.00025",
    "roundsman_ntp_stratum 3",
    "roundsman_ntp_root_delay_seconds 0.012",
    "roundsman_ntp_root_dispersion_seconds 0.001",
    `roundsman_ntp_reference_timestamp_seconds ${NOW - 600}`,
    "roundsman_ntp_synchronised 1",
    'roundsman_ntp_source_info{source="192.0.2.1",refid="C0000201"} 1',
  ]);
});

test("no line is no section, other lines are refused", () => {
  expect(parse()).toBeUndefined();
  expect(() => parse("Something: else", "and more")).toThrow(ParseError);
});
