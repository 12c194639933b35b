import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { matchesAny } from "../judge/glob.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, OK, type State, UNKNOWN, WARN } from "../judge/state.ts";

export interface Task {
  /** With its folders: `\Backup\Nightly`. */
  readonly name: string;
  readonly isEnabled: boolean;
  /** An exit code, or what the scheduler says; absent where it says nothing. */
  readonly result?: number | undefined;
  /** As the host writes them, in its own way. */
  readonly lastRun: string;
  readonly nextRun: string;
}

interface Params {
  readonly ignore: readonly string[];
  readonly results: Readonly<Record<string, State>>;
}

/** What the scheduler says instead of an exit code (SCHED_S_…, SCHED_E_…). */
const RESULTS: ReadonlyMap<number, readonly [state: State, text: string]> = new Map([
  [0, [OK, "ended well"]],
  [0x41300, [OK, "is ready to run at its next time"]],
  [0x41301, [OK, "runs"]],
  [0x41302, [OK, "is disabled"]],
  [0x41303, [OK, "has not run yet"]],
  [0x41304, [OK, "has no more runs to come"]],
  [0x41305, [WARN, "lacks something that is needed to run it on schedule"]],
  [0x41306, [OK, "was ended by a user"]],
  [0x41307, [WARN, "has no triggers, or only disabled ones"]],
  [0x41308, [OK, "runs on events, at no set times"]],
  [0x41325, [OK, "is queued"]],
  [0x40010004, [OK, "was ended with the session it ran in"]],
  [0x80041309, [CRIT, "lacks a trigger"]],
  [0x8004130a, [CRIT, "lacks properties that are needed to run it"]],
  [0x8004130b, [CRIT, "runs nowhere"]],
  [0x8004130f, [CRIT, "has no account to run under"]],
  [0x80041310, [CRIT, "has an account whose password or name is wrong"]],
  [0x80041326, [WARN, "is disabled"]],
  [0x800704dd, [CRIT, "needs somebody to be logged on"]],
  [0x800710e0, [CRIT, "was refused by an operator or administrator"]],
  [0x8004131f, [WARN, "runs already"]],
  [0x80070002, [CRIT, "does not find its file"]],
  [0xc000013a, [CRIT, "was interrupted"]],
] as const);

/** Where a task is not enabled, in the languages that are known here. */
const DISABLED: ReadonlySet<string> = new Set([
  "disabled",
  "deaktiviert",
  "désactivé",
  "désactivée",
  "deshabilitado",
  "deshabilitada",
  "disattivato",
  "disabilitato",
  "uitgeschakeld",
  "desabilitado",
  "desativado",
]);

const label = ({ name }: Task): string => name.replaceAll("\\", "/");

/**
 * Scheduled tasks: how they last ended.
 *
 * Section: windows_tasks   Source: a plugin of the Windows agent: Get-ScheduledTaskInfo or schtasks,
 *          lines `Key : value`, a block for each task
 * Systems: Windows
 * Params: ignore: patterns of names that get no service; results: what a result is worth, by its
 *         decimal number: else exit codes other than 0 are CRIT
 */
export const windowsTasks: Check<readonly Task[], Params> = {
  section: "windows_tasks",
  params: { ignore: [], results: {} },
  example: { results: { "*": OK } },
  states: ["results"],

  parse(rows) {
    const tasks = new Map<string, Task>();
    for (const block of blocks(rows)) {
      const task = readTask(block);
      // One with several triggers is listed for each.
      if (task) tasks.set(label(task), task);
    }
    return tasks.size === 0 ? undefined : [...tasks.values()];
  },

  metrics: [
    each((tasks: readonly Task[]) => tasks, { task: label }, [
      gauge(
        "windows_scheduled_task_last_result",
        "1 where the last run of a task ended well; absent where there was none.",
        ({ result }) =>
          result === undefined || result === HAS_NOT_RUN ? undefined : Number(result === 0),
      ),
      gauge("roundsman_scheduled_task_enabled", "Whether a task is enabled.", ({ isEnabled }) =>
        Number(isEnabled),
      ),
    ]),
  ],

  *evaluate(tasks, { params }) {
    for (const { name, isEnabled, result, lastRun, nextRun } of tasks) {
      if (!isEnabled || matchesAny(name, params.ignore)) continue;
      const { state, text } = outcome(result, params.results);
      yield conclude(
        `Task ${name}`,
        [
          { state, text },
          ...(lastRun === "" ? [] : [{ text: `Last run: ${lastRun}` }]),
          ...(nextRun === "" ? [] : [{ text: `Next run: ${nextRun}` }]),
        ],
        name,
      );
    }
  },
};

const HAS_NOT_RUN = 0x41303;

function outcome(result: number | undefined, wanted: Params["results"]) {
  if (result === undefined) return { state: UNKNOWN, text: "nobody knows how it ended" };
  const [state, text] = RESULTS.get(result) ?? [CRIT, "failed"];
  const code = result === 0 ? "" : ` (0x${result.toString(16).padStart(8, "0")})`;
  return { state: wanted[String(result)] ?? state, text: `${text}${code}` };
}

type Block = readonly (readonly [key: string, value: string])[];

/** A block begins with a task's name, in whatever language that is called so: it has a backslash first. */
function* blocks(rows: Iterable<readonly string[]>): Generator<Block> {
  let block: (readonly [string, string])[] = [];
  for (const [key = "", ...rest] of rows) {
    const value = rest.join(":").trim();
    if (value.startsWith("\\") && (block.length === 0 || key.trim() === block[0]?.[0])) {
      yield block;
      block = [];
    } else if (block.length === 0) continue;
    block.push([key.trim(), value]);
  }
  yield block;
}

/** In other languages than English the order tells: last run, next run, result, state. */
function readTask([title, ...facts]: Block): Task | undefined {
  if (title === undefined) return undefined;
  const fact = (key: string, place: number): string =>
    (facts.find(([name]) => name.toLowerCase() === key) ?? facts[place])?.[1] ?? "";
  const result = integer(fact("last result", 2));
  return {
    name: title[1],
    isEnabled: !DISABLED.has(fact("scheduled task state", 3).toLowerCase()),
    result: result !== undefined && result < 0 ? result + 2 ** 32 : result,
    lastRun: fact("last run time", 0),
    nextRun: fact("next run time", 1),
  };
}
