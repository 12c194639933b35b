import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import { gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

export interface QueueJob {
  readonly name: string;
  /** Of CPU time so far. */
  readonly seconds: number;
}

/** Of batch queues; there may be none. */
type QueueJobs = readonly QueueJob[];

const PROCESS = /^[0-9A-F]{8}$/;
const TIME = /^(\d\d):(\d\d):(\d\d(?:\.\d{1,6})?)$/;

/**
 * Batch jobs of an OpenVMS host.
 *
 * Section: vms_queuejobs   Source: SHOW SYSTEM/BATCH (OpenVMS DCL Dictionary)
 * Systems: OpenVMS
 * Params: none
 */
export const vmsQueuejobs: Check<QueueJobs> = {
  section: "vms_queuejobs",
  params: {},

  parse(rows) {
    const jobs: QueueJob[] = [];
    for (const row of rows) {
      const job = PROCESS.test(row[0] ?? "") ? readJob(row) : undefined;
      if (job) jobs.push(job);
    }
    return jobs;
  },

  metrics: [gauge("roundsman_vms_queue_jobs", "Number of batch jobs.", (jobs) => jobs.length)],

  *evaluate(jobs) {
    const [first, ...others] = jobs;
    const busiest: Finding[] = [];
    if (first) {
      const { name, seconds } = others.reduce((a, b) => (b.seconds > a.seconds ? b : a), first);
      busiest.push({ text: `Most CPU time: ${name} (${duration(seconds)})` });
    }
    yield conclude("Queue Jobs", [{ text: plural(jobs.length, "job") }, ...busiest]);
  },
};

/** `ID NAME STATE … [DAYS] HH:MM:SS.CC …`: the number of days stands before the time. */
function readJob(row: readonly string[]): QueueJob {
  const at = row.findIndex((text) => TIME.test(text));
  const [, hours, minutes, seconds] = TIME.exec(row[at] ?? "") ?? [];
  const days = Math.max(0, integer(row[at - 1]) ?? 0);
  const time = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return { name: row[1] ?? "", seconds: days * 86_400 + time };
}
