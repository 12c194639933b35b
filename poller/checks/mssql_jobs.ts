import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { CRIT, OK, type State, UNKNOWN } from "../judge/state.ts";
import { type Answers, readAnswers, refused } from "../readings/mssql.ts";
import { type Job, jobReader, type Outcome } from "../readings/mssql_jobs.ts";

interface Params {
  readonly duration: Levels;
  readonly outcome: "ignore" | "consider" | "consider_if_enabled";
  readonly disabledJob: State;
  readonly disabledSchedule: State;
}

const OUTCOMES: Readonly<Record<Outcome, { readonly text: string; readonly state: State }>> = {
  0: { text: "Fail", state: CRIT },
  1: { text: "Succeed", state: OK },
  2: { text: "Retry", state: OK },
  3: { text: "Cancel", state: OK },
  4: { text: "In progress", state: OK },
  5: { text: "Unknown", state: UNKNOWN },
};

/**
 * Jobs of SQL Server Agent: how they last ended, and when they run.
 *
 * Section: mssql_jobs   Source: msdb.dbo.sysjobs, sysjobservers, sysjobschedules (Transact-SQL)
 * Systems: Windows
 * Params: duration: seconds that the last run took; outcome: whether the last outcome is judged:
 *         `ignore`, `consider`, `consider_if_enabled`; disabledJob, disabledSchedule: what it is worth
 *         that a job, or its schedule, is switched off
 */
export const mssqlJobs: Check<Answers<Job>, Params> = {
  section: "mssql_jobs",
  params: { duration: NEVER, outcome: "ignore", disabledJob: OK, disabledSchedule: OK },
  states: ["disabledJob", "disabledSchedule"],

  parse: (rows) => readAnswers(rows, jobReader(), itemOf),

  metrics: [
    of(
      ({ things }: Answers<Job>) => things,
      each(
        (jobs: readonly Job[]) => jobs,
        { mssql_instance: ({ instance }) => instance, job: ({ name }) => name },
        [
          gauge(
            "roundsman_mssql_job_last_duration_seconds",
            "How long the last run took.",
            (job) => job.lastDuration,
          ),
          gauge(
            "roundsman_mssql_job_last_outcome",
            "How the job last ended: 0 failed, 1 well, 2 to be tried again, 3 cancelled, 4 it runs, 5 unknown.",
            (job) => job.outcome,
          ),
          gauge(
            "roundsman_mssql_job_last_run_age_seconds",
            "How long ago the last run began, by the server's clock.",
            (job) => job.lastRunAge,
          ),
          gauge("roundsman_mssql_job_enabled", "Whether the job may run.", (job) =>
            Number(job.isEnabled),
          ),
        ],
      ),
    ),
  ],

  *evaluate({ things, refusals }, { params }) {
    for (const job of things)
      yield conclude(`MSSQL Job ${itemOf(job)}`, findings(job, params), itemOf(job));
    for (const one of refusals) yield refused(`MSSQL ${one.instance} Jobs`, one, one.instance);
  },
};

const itemOf = ({ name, instance }: Job): string => `${name} - ${instance}`;

function findings(job: Job, params: Params): Finding[] {
  const { text, state } = OUTCOMES[job.outcome];
  const isJudged =
    params.outcome === "consider" || (params.outcome === "consider_if_enabled" && job.isEnabled);
  const levels = { upper: params.duration };
  const perf = { name: "database_job_duration", value: job.lastDuration, levels };
  return [
    ...found("Last duration", perf, duration),
    { text: `MSSQL status: ${text}`, state: isJudged ? state : OK },
    { text: `Last run: ${job.lastRun ?? "N/A"}` },
    plan(job, params),
    ...(job.message === "" ? [] : [{ text: `Outcome message: ${job.message}`, quiet: true }]),
  ];
}

function plan({ isEnabled, isScheduled, nextRun }: Job, params: Params): Finding {
  if (!isEnabled) return { text: "Job is disabled", state: params.disabledJob };
  if (!isScheduled) return { text: "Schedule is disabled", state: params.disabledSchedule };
  return { text: `Next run: ${nextRun ?? "N/A"}` };
}
