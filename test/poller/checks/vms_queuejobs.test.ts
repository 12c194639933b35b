import { expect, test } from "vitest";
import { vmsQueuejobs } from "../../../poller/checks/vms_queuejobs.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => vmsQueuejobs.parse(rows(...lines));

test("jobs are counted, and the one that took most CPU time is named", () => {
  const data = parse(
    "2036F23D SRV_WATCH LEF 0 05:10:00.39 945007498 7721395",
    "20201AF1 NIGHTLY LEF 1 00:01:39.97 284611 2030",
    "20201AF2 IDLE HIB",
  );
  expect(judged(vmsQueuejobs, data)).toMatchObject([
    { service: "Queue Jobs", summary: "3 jobs, Most CPU time: NIGHTLY (1 day)" },
  ]);
  expect(sampleLines(samples(vmsQueuejobs, data))).toEqual(["roundsman_vms_queue_jobs 3"]);
});

test("what is no job is none", () => {
  expect(judged(vmsQueuejobs, parse("NOTE: nothing to be shown yet"))).toMatchObject([
    { service: "Queue Jobs", summary: "0 jobs" },
  ]);
});
