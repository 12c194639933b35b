/**
 * Jobs of SQL Server Agent.
 *
 * Source: msdb.dbo.sysjobs, sysjobservers, sysjobschedules (Transact-SQL)
 */
import { integer } from "../judge/numbers.ts";
import { instanceName, type Place } from "./mssql.ts";

export interface Job extends Place {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly isScheduled: boolean;
  readonly outcome: Outcome;
  readonly message: string;
  /** Seconds. */
  readonly lastDuration?: number | undefined;
  /** Seconds since the last run began. */
  readonly lastRunAge?: number | undefined;
  /** `2026-01-31 10:28:05`, by the server's clock, whose time zone is not known. */
  readonly lastRun?: string | undefined;
  readonly nextRun?: string | undefined;
}

/** As sysjobservers numbers it: 0 failed, 1 well, 2 retry, 3 cancelled, 4 runs, 5 unknown. */
export type Outcome = 0 | 1 | 2 | 3 | 4 | 5;

const OUTCOMES: readonly Outcome[] = [0, 1, 2, 3, 4, 5];
const COLUMN_COUNT = 12;

/**
 * Reads rows in their order: the instance stands alone on a line before its jobs, or before each. A
 * job with several schedules comes several times, and runs next at the earliest of them.
 */
export function jobReader(): (row: readonly string[]) => Job | undefined {
  let instance = "";
  const earlier = new Map<string, Job>();
  return (row) => {
    const [first = ""] = row;
    if (!first.startsWith("{")) instance = instanceName(first);
    const job = readJob(instance, row.slice(first.startsWith("{") ? 0 : 1));
    if (job === undefined) return undefined;
    const key = JSON.stringify([job.instance, job.name]);
    const merged = withSchedule(job, earlier.get(key));
    earlier.set(key, merged);
    return merged;
  };
}

function withSchedule(job: Job, known: Job | undefined): Job {
  if (known === undefined) return job;
  const runs = [job.nextRun, known.nextRun].filter((time) => time !== undefined).sort();
  return { ...job, isScheduled: job.isScheduled || known.isScheduled, nextRun: runs[0] };
}

function readJob(instance: string, columns: readonly string[]): Job | undefined {
  if (columns.length < COLUMN_COUNT) return undefined;
  const [, name = "", enabled, nextDay, nextTime, outcome, message = ""] = columns;
  const [lastDay, lastTime, took, scheduled, now = ""] = columns.slice(7);
  const lastRun = moment(lastDay, lastTime);
  return {
    instance,
    database: "",
    name,
    isEnabled: enabled === "1",
    isScheduled: scheduled === "1",
    outcome: OUTCOMES.find((number) => String(number) === outcome) ?? 5,
    message,
    lastDuration: clockSeconds(took),
    lastRunAge: lastRun === undefined ? undefined : secondsBetween(lastRun, now),
    lastRun,
    nextRun: moment(nextDay, nextTime),
  };
}

const DAY = /^(\d{4})(\d\d)(\d\d)$/;

/** Of `20260131` and `102805`; 0 and nothing stand for never. */
function moment(day: string | undefined, time: string | undefined): string | undefined {
  const [, year, month, date] = DAY.exec(day ?? "") ?? [];
  const seconds = clockSeconds(time);
  if (year === undefined || seconds === undefined || seconds >= 86_400) return undefined;
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = clock.map((part) => String(part).padStart(2, "0")).join(":");
  return `${year}-${month ?? ""}-${date ?? ""} ${shown}`;
}

/** Both by one clock: its zone does not matter. */
function secondsBetween(then: string, now: string): number | undefined {
  const [start, end] = [then, now].map((shown) => Date.parse(`${shown.replace(" ", "T")}Z`));
  const seconds = ((end ?? NaN) - (start ?? NaN)) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** Seconds of HOURS * 10000 + MINUTES * 100 + SECONDS. */
function clockSeconds(text: string | undefined): number | undefined {
  const value = integer(text);
  if (value === undefined || value < 0) return undefined;
  return Math.floor(value / 10_000) * 3600 + (Math.floor(value / 100) % 100) * 60 + (value % 100);
}
