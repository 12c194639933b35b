import { expect, test } from "vitest";
import { mkbackup } from "../../../poller/checks/mkbackup.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const AT = 1_700_000_000;
const JOB = {
  bytes_per_second: 1024,
  finished: AT - 3600,
  next_schedule: (AT + 3600) as number | string | null,
  output: "--- Starting backup ---\n}\n",
  size: 10_485_760,
  started: AT - 3660,
  state: "finished",
  success: true,
};
const parse = (...lines: string[]) => mkbackup.parse(rows(...lines));
const lines = (title: string, changes: Partial<typeof JOB> = {}) => [
  `[[[${title}]]]`,
  ...JSON.stringify({ ...JOB, ...changes }, undefined, 4).split("\n"),
];
const first = (changes: Partial<typeof JOB> = {}) =>
  judged(mkbackup, parse(...lines("site:north:nightly", changes)), { at: AT })[0];

test("how the last one went is exported", () => {
  const labels = '{site="north",job="nightly"}';
  expect(sampleLines(samples(mkbackup, parse(...lines("site:north:nightly"))))).toEqual([
    `roundsman_mkbackup_success${labels} 1`,
    `roundsman_mkbackup_running${labels} 0`,
    `roundsman_mkbackup_start_timestamp_seconds${labels} ${AT - 3660}`,
    `roundsman_mkbackup_end_timestamp_seconds${labels} ${AT - 3600}`,
    `roundsman_mkbackup_size_bytes${labels} 10485760`,
  ]);
});

test("one that went well is told", () => {
  expect(first()).toMatchObject({
    service: "OMD north backup nightly",
    item: "north backup nightly",
    state: OK,
    summary: "completed, ended 1 hour ago, Duration: 1 minute, Size: 10 MiB",
  });
  expect(perfdata(first())).toEqual({
    backup_duration: 60,
    backup_avgspeed: 1024,
    backup_size: 10_485_760,
  });
});

test.each([
  [{ success: false }, CRIT],
  [{ next_schedule: AT - 60 }, OK],
  [{ next_schedule: AT - 120 }, CRIT],
  [{ next_schedule: "disabled" }, WARN],
  [{ next_schedule: null }, OK],
  [{ state: "running" }, OK],
  [{ state: "odd" }, UNKNOWN],
])("%j is judged so", (changes, state) => {
  expect(first(changes)?.state).toBe(state);
});

test("one that runs tells for how long", () => {
  expect(first({ state: "running", success: false })?.summary).toBe(
    "is under way, Duration: 1 hour 1 minute",
  );
});

test("that of an appliance has a name without a site", () => {
  const data = parse(...lines("system:weekly"), ...lines("site:north:nightly"));
  expect(judged(mkbackup, data).map(({ service }) => service)).toEqual([
    "Backup weekly",
    "OMD north backup nightly",
  ]);
});

test("a state in Python is refused, one that never ends is none", () => {
  expect(() => parse("[[[site:a:b]]]", "{'state': 'finished',", "}")).toThrow(ParseError);
  expect(parse("[[[site:a:b]]]", '{"state": 1,')).toBeUndefined();
  expect(parse("{", "}")).toBeUndefined();
});
