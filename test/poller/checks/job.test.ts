import { expect, test } from "vitest";
import { job } from "../../../poller/checks/job.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const NOW = 1_700_000_000;
const parse = (...lines: string[]) => job.parse(rows(...lines));
const ended = (name: string, code = 0) => [
  `==> ${name} <==`,
  `start_time ${NOW - 600}`,
  `exit_code ${code}`,
  "real_time 1:02:03.50",
  "user_time 2.25",
  "max_res_kbytes 2048",
];
const running = (name: string, start: number) => [`==> ${name} <==`, `start_time ${start}`];

test("a job that ended well tells how it fared", () => {
  const [result] = judged(job, parse(...ended("night watch")), { at: NOW });
  expect(result).toMatchObject({
    service: "Job night watch",
    item: "night watch",
    state: OK,
    summary: "Exit code: 0, Time since last start: 10 minutes, Real time: 1 hour 2 minutes",
  });
  expect(perfdata(result)).toEqual({
    job_age: 600,
    start_time: NOW - 600,
    real_time: 3723.5,
    user_time: 2.25,
    max_res_bytes: 2_048_000,
  });
});

test("an exit code other than 0 is CRIT, unless somebody gave it another worth", () => {
  const data = parse(...ended("rain", 3));
  expect(judged(job, data)[0]?.state).toBe(CRIT);
  expect(judged(job, data, { params: { exitCodes: { 3: WARN } } })[0]?.state).toBe(WARN);
});

test("runs that have not ended are told, the latest counts", () => {
  const data = parse(
    ...ended("tide"),
    ...running("tide.17running", NOW - 90),
    ...running("tide.running", NOW - 200),
  );
  const [result] = judged(job, data, { at: NOW });
  expect(result?.summary).toContain("running now: 2 times, Time since last start: 1 minute 30");
  expect(perfdata(result)).toMatchObject({ start_time: NOW - 90 });
});

test("a job that runs for the first time is a service", () => {
  const data = parse(...running("moon.5running", NOW - 5));
  expect(judged(job, data, { at: NOW })).toMatchObject([
    { service: "Job moon", state: OK, summary: expect.stringContaining("first time") as string },
  ]);
});

test("a running file that tells of an end is passed over", () => {
  const data = parse(...ended("sun"), ...ended("sun.4711running", 9));
  expect(data).toMatchObject([{ name: "sun", running: [], last: { exitCode: 0 } }]);
});

test("levels of the age hold where somebody gave some", () => {
  const params = { age: { warn: 600, crit: 1200 } };
  expect(judged(job, parse(...ended("ebb")), { at: NOW, params })[0]?.state).toBe(WARN);
});

test("a file without an exit code is unknown, an empty one is none", () => {
  expect(judged(job, parse("==> torn <==", "start_time 5"))[0]?.state).toBe(UNKNOWN);
  expect(parse("==> empty <==", "==> empty.5running <==")).toBeUndefined();
});

test("times and numbers of the last run are exported", () => {
  expect(sampleLines(samples(job, parse(...ended("flood"))))).toEqual([
    `roundsman_job_last_start_timestamp_seconds{job="flood"} ${NOW - 600}`,
    'roundsman_job_exit_code{job="flood"} 0',
    'roundsman_job_running{job="flood"} 0',
    'roundsman_job_last_duration_seconds{job="flood"} 3723.5',
    'roundsman_job_cpu_user_seconds{job="flood"} 2.25',
    'roundsman_job_max_resident_memory_bytes{job="flood"} 2048000',
  ]);
});
