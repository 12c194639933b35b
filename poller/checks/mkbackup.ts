import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { bytes, bytesPerSecond, duration } from "../judge/format.ts";
import { jsonObject } from "../judge/json.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";
import { numberOf, textOf } from "../readings/json_value.ts";

export interface Backup {
  /** Empty: of the whole appliance. */
  readonly site: string;
  readonly job: string;
  /** `started`, `running`, `finished`. */
  readonly state: string;
  readonly succeeded?: boolean | undefined;
  /** Epoch seconds. */
  readonly started?: number | undefined;
  readonly finished?: number | undefined;
  /** Epoch seconds; `disabled`. */
  readonly next?: number | "disabled" | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  /** Bytes per second. */
  readonly speed?: number | undefined;
}

type Backups = ReadonlyMap<string, Backup>;

interface Params {
  readonly late: Levels;
  readonly duration: Levels;
}

const TITLE = /^\[\[\[(?:site:([^:\]]{1,200}):|system:)([^\]]{1,200})\]\]\]$/;

/**
 * Backups of a monitoring server: how the last one ended, and whether the next one is late.
 *
 * Section: mkbackup   Source: the state files of `mkbackup`, JSON below `[[[site:SITE:JOB]]]` or
 *          `[[[system:JOB]]]`
 * Params: late: seconds by which the next run is overdue; duration: seconds that a run takes
 */
export const mkbackup: Check<Backups, Params> = {
  section: "mkbackup",
  params: { late: { warn: 120, crit: 120 }, duration: NEVER },

  parse(rows) {
    const backups = new Map<string, Backup>();
    let lines: string[] | undefined;
    let title: readonly string[] = [];
    for (const line of rows.lines()) {
      const [, site = "", job] = TITLE.exec(line) ?? [];
      if (job !== undefined) {
        title = [site, job];
        lines = [];
      } else lines?.push(line);
      if (line !== "}" || lines === undefined) continue;
      const [of = "", name = ""] = title;
      const backup = readBackup(of, name, jsonObject(lines.join("\n")));
      backups.set(itemOf(backup), backup);
      lines = undefined;
    }
    return backups.size === 0 ? undefined : backups;
  },

  metrics: [
    each(
      (backups: Backups) => backups.values(),
      { site: ({ site }) => site, job: ({ job }) => job },
      [
        gauge("roundsman_mkbackup_success", "Whether the last backup went well.", (backup) =>
          backup.succeeded === undefined ? undefined : Number(backup.succeeded),
        ),
        gauge("roundsman_mkbackup_running", "Whether a backup is under way.", ({ state }) =>
          Number(state !== "finished"),
        ),
        gauge(
          "roundsman_mkbackup_start_timestamp_seconds",
          "When the last backup began, in epoch seconds.",
          ({ started }) => started,
        ),
        gauge(
          "roundsman_mkbackup_end_timestamp_seconds",
          "When the last backup ended, in epoch seconds.",
          ({ finished }) => finished,
        ),
        gauge("roundsman_mkbackup_size_bytes", "Size of the last backup.", ({ size }) => size),
      ],
    ),
  ],

  *evaluate(backups, { params, at }) {
    for (const [item, backup] of backups)
      yield conclude(
        backup.site === "" ? `Backup ${item}` : `OMD ${item}`,
        [...outcome(backup, at, params), ...plan(backup, at, params)],
        item,
      );
  },
};

const itemOf = ({ site, job }: Backup): string => (site === "" ? job : `${site} backup ${job}`);

function readBackup(site: string, job: string, fields: Readonly<Record<string, unknown>>): Backup {
  const { success, next_schedule: next } = fields;
  return {
    site,
    job,
    state: textOf(fields["state"]) ?? "unknown",
    succeeded: typeof success === "boolean" ? success : undefined,
    started: numberOf(fields["started"]),
    finished: numberOf(fields["finished"]),
    next: next === "disabled" ? next : numberOf(next),
    size: numberOf(fields["size"]),
    speed: numberOf(fields["bytes_per_second"]),
  };
}

function outcome(backup: Backup, at: number, params: Params): Finding[] {
  const { state, succeeded, started, finished, size, speed } = backup;
  const isRunning = state === "started" || state === "running";
  const end = isRunning ? at : finished;
  const ended = {
    state: succeeded === false ? CRIT : OK,
    text: succeeded === false ? "failed" : "completed",
  };
  const age = since(at, finished);
  return [
    isRunning
      ? { text: "is under way" }
      : state === "finished"
        ? ended
        : { state: UNKNOWN, text: state },
    { text: isRunning || age === undefined ? "" : `ended ${duration(age)} ago` },
    ...found(
      "Duration",
      {
        name: "backup_duration",
        value: started === undefined || end === undefined ? undefined : Math.max(0, end - started),
        levels: { upper: params.duration },
      },
      duration,
    ),
    ...found("Speed", { name: "backup_avgspeed", value: speed, min: 0 }, bytesPerSecond).map(
      (finding) => quietly(finding),
    ),
    ...(isRunning || succeeded === false
      ? []
      : found("Size", { name: "backup_size", value: size, min: 0 }, bytes)),
  ];
}

function plan({ state, next }: Backup, at: number, { late }: Params): Finding[] {
  if (state !== "finished" || next === undefined) return [];
  if (next === "disabled") return [{ state: WARN, text: "no further one is planned" }];
  if (next >= at) return [{ text: `Next run in ${duration(next - at)}`, quiet: true }];
  const verdict = found(
    "Next run is late by",
    { name: "late", value: at - next, levels: { upper: late } },
    duration,
  );
  return verdict.map(({ state = OK, text = "" }) => ({ state, text }));
}
