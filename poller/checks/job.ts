import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { bytes, duration, plural } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { CRIT, OK, type State, UNKNOWN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";

export interface Job {
  readonly name: string;
  /** How it last ended; absent before the first time. */
  readonly last?: Run | undefined;
  /** Epoch seconds when what runs now was started. */
  readonly running: readonly number[];
}

export interface Run {
  /** Epoch seconds. */
  readonly start?: number | undefined;
  /** Absent: the job's file is not complete. */
  readonly exitCode?: number | undefined;
  /** By perfdata name: seconds, bytes, numbers. */
  readonly usage: ReadonlyMap<string, number>;
}

interface Params {
  readonly age: Levels;
  readonly exitCodes: Readonly<Record<string, State>>;
}

/**
 * Jobs that are run now and then: how they last ended, what they used, since when they run.
 *
 * Section: job   Source: what the jobs' wrapper leaves behind, by time(1)
 * Params: age: seconds since the last start; exitCodes: the state that an exit code is: else 0 is OK,
 *         others are CRIT
 */
export const job: Check<readonly Job[], Params> = {
  section: "job",
  params: { age: NEVER, exitCodes: {} },
  example: { exitCodes: { "*": OK } },
  states: ["exitCodes"],

  parse(rows) {
    const jobs = new Map<string, { name: string; last?: Run; running: number[] }>();
    for (const { name, facts } of blocks(rows.lines())) {
      if (facts.size === 0) continue;
      const [, owner] = RUNNING.exec(name) ?? [];
      // A run that was killed leaves its file behind.
      if (owner !== undefined && facts.has("exit_code")) continue;
      const one = jobs.get(owner ?? name) ?? { name: owner ?? name, running: [] };
      if (owner === undefined) one.last = readRun(facts);
      else one.running.push(...startOf(facts));
      jobs.set(one.name, one);
    }
    return jobs.size === 0 ? undefined : [...jobs.values()];
  },

  metrics: [
    each((jobs: readonly Job[]) => jobs, { job: (one) => one.name }, [
      gauge(
        "roundsman_job_last_start_timestamp_seconds",
        "When the job's last complete run began, in epoch seconds.",
        ({ last }) => last?.start,
      ),
      gauge("roundsman_job_exit_code", "Exit code of the last run.", ({ last }) => last?.exitCode),
      gauge("roundsman_job_running", "How often the job runs now.", (one) => one.running.length),
      gauge(
        "roundsman_job_last_duration_seconds",
        "How long the last run took.",
        used("real_time"),
      ),
      gauge("roundsman_job_cpu_user_seconds", "CPU time of the last run.", used("user_time")),
      gauge(
        "roundsman_job_cpu_system_seconds",
        "CPU time of the last run in the kernel.",
        used("system_time"),
      ),
      gauge(
        "roundsman_job_max_resident_memory_bytes",
        "Most memory that the last run had.",
        used("max_res_bytes"),
      ),
    ]),
  ],

  *evaluate(jobs, { params, at }) {
    for (const one of jobs)
      yield conclude(
        `Job ${one.name}`,
        [...outcome(one, params), ...starts(one, params, at), ...usage(one)],
        one.name,
      );
  },
};

function used(name: string) {
  return ({ last }: Job): number | undefined => last?.usage.get(name);
}

function outcome({ last, running }: Job, { exitCodes }: Params): Finding[] {
  if (last === undefined) return running.length > 0 ? [{ text: "runs for the first time" }] : [];
  const { exitCode } = last;
  if (exitCode === undefined)
    return [{ state: UNKNOWN, text: "Got incomplete information for this job" }];
  const state = exitCodes[String(exitCode)] ?? (exitCode === 0 ? OK : CRIT);
  return [{ state, text: `Exit code: ${exitCode}` }];
}

function starts({ last, running }: Job, params: Params, at: number): Finding[] {
  const latest =
    running.length > 0 ? running.reduce((most, start) => Math.max(most, start)) : last?.start;
  if (latest === undefined) return [];
  const age = { name: "job_age", value: since(at, latest), levels: { upper: params.age } };
  return [
    ...(running.length > 0 ? [{ text: `running now: ${plural(running.length, "time")}` }] : []),
    ...found("Time since last start", age, duration),
    { perf: { name: "start_time", value: latest } },
  ];
}

const usage = ({ last }: Job): Finding[] =>
  [...(last?.usage ?? [])].map(([name, value]) => {
    const { label, render = String } = FACTS.get(name) ?? {};
    const text = label === undefined ? "" : `${label}: ${render(value)}`;
    return { text, perf: { name, value }, quiet: name !== "real_time" };
  });

interface Fact {
  readonly label: string;
  readonly render?: (value: number) => string;
}

/** By perfdata name. */
const FACTS: ReadonlyMap<string, Fact> = new Map<string, Fact>([
  ["real_time", { label: "Real time", render: duration }],
  ["user_time", { label: "User time", render: duration }],
  ["system_time", { label: "System time", render: duration }],
  ["reads", { label: "Filesystem reads" }],
  ["writes", { label: "Filesystem writes" }],
  ["max_res_bytes", { label: "Max. memory", render: bytes }],
  ["avg_mem_bytes", { label: "Avg. memory", render: bytes }],
  ["vol_context_switches", { label: "Vol. context switches" }],
  ["invol_context_switches", { label: "Invol. context switches" }],
]);

const TITLE = /^==> (.+) <==$/;
/** `NAME.PIDrunning`, `NAME.running`: a file for each run that has not ended. */
const RUNNING = /^(.+)\.\d*running$/;
const KILOBYTES = "_kbytes";

function* blocks(lines: Iterable<string>) {
  let block: { name: string; facts: Map<string, string> } | undefined;
  for (const line of lines) {
    const name = line.startsWith("==> ") ? TITLE.exec(line)?.[1] : undefined;
    if (name !== undefined) {
      if (block) yield block;
      block = { name, facts: new Map() };
      continue;
    }
    const [key, value, ...more] = line.split(/\s+/, 3);
    if (key !== undefined && value !== undefined && more.length === 0) block?.facts.set(key, value);
  }
  if (block) yield block;
}

const startOf = (facts: ReadonlyMap<string, string>): number[] => {
  const start = integer(facts.get("start_time"));
  return start === undefined ? [] : [start];
};

function readRun(facts: ReadonlyMap<string, string>): Run {
  const usage = new Map<string, number>();
  for (const [key, text] of facts) {
    const isKilobytes = key.endsWith(KILOBYTES);
    const name = isKilobytes ? key.replace(KILOBYTES, "_bytes") : key;
    const value = clock(text);
    // As the wrapper's own readers take them: of 1000 bytes.
    if (FACTS.has(name) && value !== undefined) usage.set(name, isKilobytes ? value * 1000 : value);
  }
  const [start] = startOf(facts);
  return { start, exitCode: integer(facts.get("exit_code")), usage };
}

/** Seconds of `[HOURS:]MINUTES:SECONDS`, or a plain number. */
function clock(text: string): number | undefined {
  if (!text.includes(":")) return decimal(text);
  const parts = text.split(":", 4).map(decimal);
  return parts.reduce(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum * 60 + part),
    0,
  );
}
