import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { type State, WARN } from "../judge/state.ts";
import { since } from "../readings/clock.ts";
import {
  type Answers,
  instanceName,
  itemOf,
  type Place,
  placeLabels,
  readAnswers,
  refused,
} from "../readings/mssql.ts";

/** A database and when backups of it last ended: epoch seconds by kind; of none there is none. */
export interface Backups extends Place {
  readonly ended: ReadonlyMap<Kind, number>;
}

type Kind = (typeof KINDS)[number]["kind"];

interface Params {
  readonly age: Readonly<Record<Kind, Levels>>;
  readonly missing: State;
  readonly ignore: readonly string[];
  readonly utcOffset: number;
}

/** By the letter of msdb.dbo.backupset. */
const KINDS = [
  { letter: "D", kind: "database", name: "database", text: "database" },
  { letter: "I", kind: "databaseDiff", name: "database_diff", text: "database differential" },
  { letter: "L", kind: "log", name: "log", text: "log" },
  { letter: "F", kind: "fileOrFilegroup", name: "file_or_filegroup", text: "file or filegroup" },
  { letter: "G", kind: "fileDiff", name: "file_diff", text: "file differential" },
  { letter: "P", kind: "partial", name: "partial", text: "partial" },
  { letter: "Q", kind: "partialDiff", name: "partial_diff", text: "partial differential" },
  { letter: "", kind: "unspecific", name: "unspecific", text: "" },
] as const;

const BY_LETTER: ReadonlyMap<string, Kind> = new Map(
  KINDS.map(({ letter, kind }) => [letter, kind]),
);

const NAMES: ReadonlyMap<Kind, string> = new Map(KINDS.map(({ kind, name }) => [kind, name]));

const NONE = "no backup found";
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/;

/**
 * When the databases of Microsoft SQL Server were last backed up.
 *
 * Section: mssql_backup   Source: msdb.dbo.backupset (Transact-SQL)
 * Systems: Windows
 * Params: age: seconds, by kind; missing: what it is worth that there is no backup; ignore: patterns of
 *         databases that get no service: tempdb cannot be backed up; utcOffset: seconds that the
 *         host's clock is ahead of UTC, for older plugins, whose times bear no zone
 */
export const mssqlBackup: Check<Answers<Backups>, Params> = {
  section: "mssql_backup",
  params: {
    age: {
      database: NEVER,
      databaseDiff: NEVER,
      log: NEVER,
      fileOrFilegroup: NEVER,
      fileDiff: NEVER,
      partial: NEVER,
      partialDiff: NEVER,
      unspecific: NEVER,
    },
    missing: WARN,
    ignore: ["tempdb"],
    utcOffset: 0,
  },
  states: ["missing"],

  parse(rows, { utcOffset } = mssqlBackup.params) {
    const byPlace = new Map<string, Map<Kind, number>>();
    return readAnswers(rows, (row) => {
      const [instance = "", database = "", ...facts] = row;
      const backup = readBackup(facts, utcOffset);
      if (backup === undefined) return undefined;
      const place = { instance: instanceName(instance), database };
      const ended = byPlace.get(itemOf(place)) ?? new Map<Kind, number>();
      byPlace.set(itemOf(place), ended);
      if (backup !== NONE) ended.set(...backup);
      return { ...place, ended };
    });
  },

  metrics: [
    of(
      ({ things }: Answers<Backups>) =>
        things.flatMap((place) =>
          Array.from(place.ended, ([kind, time]) => ({ ...place, kind, time })),
        ),
      each(
        (backups: readonly (Place & { kind: Kind; time: number })[]) => backups,
        { ...placeLabels, kind: ({ kind }) => NAMES.get(kind) ?? "" },
        [
          gauge(
            "roundsman_mssql_backup_timestamp_seconds",
            "When the last backup of a kind ended, in epoch seconds.",
            ({ time }) => time,
          ),
        ],
      ),
    ),
  ],

  *evaluate({ things, refusals }, { params, at }) {
    for (const one of things.filter(({ database }) => !matchesAny(database, params.ignore)))
      yield conclude(`MSSQL ${itemOf(one)} Backup`, ages(one, params, at), itemOf(one));
    for (const one of refusals) yield refused(`MSSQL ${itemOf(one)} Backup`, one, itemOf(one));
  },
};

function ages({ ended }: Backups, { age, missing }: Params, at: number): Finding[] {
  if (ended.size === 0) return [{ text: "No backup found", state: missing }];
  return KINDS.flatMap(({ kind, name, text }) => {
    const metric = kind === "unspecific" ? "backup_age" : `backup_age_${name}`;
    const perf = { name: metric, value: since(at, ended.get(kind)), levels: { upper: age[kind] } };
    return found(`Time since last ${text === "" ? "" : `${text} `}backup`, perf, duration);
  });
}

/** Kind and epoch seconds; what a host says to be missing; nothing of what cannot be read. */
function readBackup(
  facts: readonly string[],
  utcOffset: number,
): [Kind, number] | typeof NONE | undefined {
  if (facts.at(-1) === NONE) return NONE;
  const [first = ""] = facts;
  const seconds = integer(first);
  if (seconds !== undefined) return ["unspecific", seconds];
  // Date and time are one field or two.
  const [time, letter = ""] = first.includes(" ")
    ? facts
    : [facts.slice(0, 2).join(" "), ...facts.slice(2)];
  const [, day, clock, zone] = TIME.exec(time ?? "") ?? [];
  const epoch = Date.parse(`${day ?? ""}T${clock ?? ""}${zone ?? "Z"}`) / 1000;
  if (Number.isNaN(epoch)) return undefined;
  return [BY_LETTER.get(letter) ?? "unspecific", zone === undefined ? epoch - utcOffset : epoch];
}
