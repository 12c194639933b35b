import { expect, test } from "vitest";
import { winperfTsSessions } from "../../../poller/checks/winperf_ts_sessions.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...counts: number[]) =>
  winperfTsSessions.parse(
    rows("1000 2102 10000000", ...counts.map((count, at) => `${2 * at + 2} ${count} rawcount`)),
  );

test.each([
  ["of newer versions", [5, 2, 7], 5, 2],
  ["of older ones", [7, 5, 2], 5, 2],
  ["without inactive ones", [7, 0, 7], 7, 0],
  ["without any", [0, 0, 0], 0, 0],
])("the order %s is understood", (_, counts, active, inactive) => {
  expect(parse(...counts)).toEqual({ time: 1000, active, inactive });
});

test("sessions are told and exported", () => {
  const [result] = judged(winperfTsSessions, parse(5, 2, 7));
  expect(result).toMatchObject({
    service: "Sessions",
    state: OK,
    summary: "Active: 5, Inactive: 2",
  });
  expect(perfdata(result)).toEqual({ active: 5, inactive: 2 });
  expect(sampleLines(samples(winperfTsSessions, parse(5, 2, 7)))).toEqual([
    'roundsman_terminal_sessions{state="active"} 5',
    'roundsman_terminal_sessions{state="inactive"} 2',
  ]);
});

test("levels are for either kind", () => {
  for (const params of [{ active: { warn: 1, crit: 5 } }, { inactive: { warn: 1, crit: 2 } }])
    expect(judged(winperfTsSessions, parse(5, 2, 7), { params })[0]?.state).toBe(CRIT);
});

test("fewer than three counts are no section", () => {
  expect(parse(5, 2)).toBeUndefined();
  expect(winperfTsSessions.parse(rows())).toBeUndefined();
});
