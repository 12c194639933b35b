import { expect, test } from "vitest";
import { timesyncd } from "../../../poller/checks/timesyncd.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const NOW = 1_700_000_000;
const parse = (...lines: string[]) => timesyncd.parse(rows(...lines));
const status = (offset: string, touched = NOW - 60) => [
  "       Server: 192.0.2.1 (ntp.example)",
  "Poll interval: 32s (min: 32s; max 34min 8s)",
  "      Stratum: 2",
  `       Offset: ${offset}`,
  "       Jitter: 567us",
  `[[[${touched}]]]`,
];
const result = (...lines: string[]) => judged(timesyncd, parse(...lines), { at: NOW })[0];

test("a clock that is kept tells offset, age, stratum, jitter and server", () => {
  const found = result(...status("-1.5ms"));
  expect(found).toMatchObject({
    service: "Systemd Timesyncd Time",
    state: OK,
    summary:
      "Offset: -1.5 ms, Time since last sync: 1 minute, Stratum: 2, Jitter: 0.57 ms, Synchronised on 192.0.2.1 (ntp.example)",
  });
  expect(perfdata(found)).toEqual({
    time_offset: -0.0015,
    last_sync_time: 60,
    stratum: 2,
    jitter: expect.closeTo(567e-6) as number,
  });
});

test.each([
  ["+199ms", OK],
  ["-250ms", WARN],
  ["+1min 2s", CRIT],
])("an offset of %s is of state %d", (offset, state) => {
  expect(result(...status(offset))?.state).toBe(state);
});

test("the clock may go long without being set, unless no server answers", () => {
  expect(result(...status("+1ms", NOW - 7499))?.state).toBe(OK);
  expect(result(...status("+1ms", NOW - 7500))?.state).toBe(WARN);
  expect(result("Server: n/a", `[[[${NOW - 299}]]]`)?.state).toBe(OK);
  expect(result("Server: n/a", `[[[${NOW - 300}]]]`)).toMatchObject({ state: WARN });
  expect(result("Server: n/a", `[[[${NOW - 3600}]]]`)?.state).toBe(CRIT);
});

test("what is told is exported", () => {
  expect(sampleLines(samples(timesyncd, parse(...status("+2ms"))))).toEqual([
    "roundsman_ntp_offset_seconds 0.002",
    expect.stringMatching(/^roundsman_ntp_jitter_seconds 0\.000567/),
    "roundsman_ntp_stratum 2",
    `roundsman_ntp_reference_timestamp_seconds ${NOW - 60}`,
    "roundsman_ntp_synchronised 1",
    'roundsman_ntp_source_info{source="192.0.2.1 (ntp.example)",refid=""} 1',
  ]);
});

test("no line is no section, other lines are refused", () => {
  expect(parse()).toBeUndefined();
  expect(() => parse("what is this")).toThrow(ParseError);
});
