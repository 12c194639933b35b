import type { Check, Result } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { judge, type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, OK, type State } from "../judge/state.ts";
import { type Answers, instanceName, readAnswers, refused } from "../readings/mssql.ts";

/** An instance, and which of its sessions wait for another. */
export interface Waiting {
  /** Empty where the agent does not tell. */
  readonly instance: string;
  readonly database: "";
  readonly sessions: readonly Session[];
}

interface Session {
  readonly id: string;
  readonly blockedBy: string;
  /** What it waits for: `LCK_M_U`. */
  readonly type: string;
  readonly waitSeconds: number;
}

interface Params {
  readonly state: State;
  readonly wait: Levels;
  readonly ignore: readonly string[];
}

/**
 * Sessions of Microsoft SQL Server that wait for other sessions.
 *
 * Section: mssql_blocked_sessions   Source: sys.dm_os_waiting_tasks (Transact-SQL)
 * Systems: Windows
 * Params: state: what it is worth that a session is blocked, unless there are levels for `wait`:
 *         seconds that one waits; ignore: patterns of wait types that do not count
 */
export const mssqlBlockedSessions: Check<Answers<Waiting>, Params> = {
  section: "mssql_blocked_sessions",
  params: { state: CRIT, wait: NEVER, ignore: [] },
  states: ["state"],

  parse(rows) {
    const sessions = new Map<string, Session[]>();
    return readAnswers(rows, (row) => {
      const [instance, session] = readRow(row);
      const all = sessions.get(instance) ?? [];
      sessions.set(instance, all);
      if (session === "no") return undefined;
      if (session !== "none") all.push(session);
      return { instance, database: "", sessions: all };
    });
  },

  metrics: [
    of(
      ({ things }: Answers<Waiting>) => things,
      each(
        (instances: readonly Waiting[]) => instances,
        { mssql_instance: ({ instance }) => instance },
        [
          gauge(
            "roundsman_mssql_blocked_sessions",
            "Sessions that wait for another.",
            ({ sessions }) => sessions.length,
          ),
          gauge(
            "roundsman_mssql_blocked_sessions_longest_wait_seconds",
            "How long the one that has waited longest has.",
            ({ sessions }) => longestWait(sessions),
          ),
        ],
      ),
    ),
  ],

  *evaluate({ things, refusals }, { params }) {
    for (const one of things) yield judged(one, params);
    for (const one of refusals) yield refused(serviceOf(one.instance), one, one.instance);
  },
};

const serviceOf = (instance: string): string =>
  ["MSSQL", instance, "Blocked Sessions"].filter((word) => word !== "").join(" ");

const longestWait = (sessions: readonly Session[]): number =>
  sessions.reduce((longest, { waitSeconds }) => Math.max(longest, waitSeconds), 0);

function judged({ instance, sessions }: Waiting, { state, wait, ignore }: Params): Result {
  const counted = sessions.filter(({ type }) => !matchesAny(type, ignore));
  const hasLevels = Number.isFinite(wait.warn) || Number.isFinite(wait.crit);
  const details = counted.map(({ id, blockedBy, type, waitSeconds }): Finding => {
    const verdict = judge(waitSeconds, { upper: wait }, duration);
    const waits = `Wait: ${duration(waitSeconds)}${verdict.text}`;
    const text = `Session ${id} blocked by ${blockedBy}, Type: ${type}, ${waits}`;
    return { text, state: verdict.state, quiet: true };
  });
  const ignored = sessions.length - counted.length;
  const summary: Finding =
    counted.length === 0
      ? { text: "No blocking sessions" }
      : {
          text: `${plural(counted.length, "session")} blocked, for up to ${duration(longestWait(counted))}`,
          state: hasLevels ? OK : state,
        };
  return conclude(
    serviceOf(instance),
    [summary, ...(ignored > 0 ? [{ text: `${ignored} ignored` }] : []), ...details],
    instance,
  );
}

/** `[INSTANCE|]ID|MILLISECONDS|TYPE|BLOCKER`; a title, and what cannot be read, is no session. */
function readRow(row: readonly string[]): [instance: string, session: Session | "none" | "no"] {
  if (row.at(-1) === "No blocking sessions") return [nameBefore(row, 1), "none"];
  const [id = "", milliseconds, type = "", blockedBy = ""] = row.slice(-4);
  const wait = integer(milliseconds);
  if (row.length < 4 || wait === undefined || wait < 0) return ["", "no"];
  return [nameBefore(row, 4), { id, blockedBy, type, waitSeconds: wait / 1000 }];
}

const nameBefore = (row: readonly string[], columns: number): string =>
  instanceName(row.slice(0, -columns).join(" "));
