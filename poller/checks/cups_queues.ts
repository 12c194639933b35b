import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { duration } from "../judge/format.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, OK, type State, UNKNOWN } from "../judge/state.ts";
import { epochOf } from "../judge/wall_clock.ts";

export interface Queue {
  readonly name: string;
  /** `idle`, `printing`, `disabled`; else what CUPS says. */
  readonly condition: string;
  /** What CUPS says: what is printed, since when and why it is disabled. */
  readonly text: string;
  readonly jobs: readonly Job[];
}

interface Job {
  /** Bytes. */
  readonly size: number;
  /** When it came, by the host's clock: `2026-01-31 10:28:05`; absent where that cannot be read. */
  readonly shown?: string | undefined;
}

type Queues = ReadonlyMap<string, Queue>;

interface Params {
  readonly jobs: Levels;
  readonly age: Levels;
  readonly zone: string;
  readonly idle: State;
  readonly printing: State;
  readonly disabled: State;
}

const PRINTER = /^printer (\S+) (.*)$/;
const JOB = /^(\S+)-\d{1,12}\s+(\S+)\s+(\d{1,18})\s+(.*)$/;

/**
 * Printers of CUPS and what waits for them.
 *
 * Section: cups_queues   Source: `lpstat -p`, `---`, `lpstat -o` (lpstat(1))
 * Params: jobs: how many wait; age: seconds since the oldest of them came; zone: the time zone of the
 *         host's clock, by which jobs are dated; idle, printing, disabled: states
 */
export const cupsQueues: Check<Queues, Params> = {
  section: "cups_queues",
  params: {
    jobs: { warn: 5, crit: 10 },
    age: { warn: 360, crit: 720 },
    zone: "UTC",
    idle: OK,
    printing: OK,
    disabled: CRIT,
  },
  states: ["idle", "printing", "disabled"],

  parse(rows) {
    const queues = new Map<string, Queue & { readonly jobs: Job[] }>();
    let last: string | undefined;
    let isList = false;
    for (const line of rows.lines()) {
      const [, name, said = ""] = PRINTER.exec(line) ?? [];
      if (line === "---") isList = true;
      else if (name !== undefined) {
        last = name;
        queues.set(name, {
          name,
          condition: conditionOf(said),
          text: said.replace(/ -$/, ":"),
          jobs: [],
        });
      } else if (isList) {
        const [, owner = "", , size, date = ""] = JOB.exec(line) ?? [];
        queues.get(owner)?.jobs.push({ size: integer(size) ?? 0, shown: clockTime(date) });
      } else {
        // Below a printer stands why it is as it is.
        const queue = last === undefined ? undefined : queues.get(last);
        if (queue) queues.set(queue.name, { ...queue, text: `${queue.text} ${line}` });
      }
    }
    return queues.size === 0 ? undefined : queues;
  },

  metrics: [
    each((queues: Queues) => queues.values(), { queue: ({ name }) => name }, [
      gauge("roundsman_cups_queue_enabled", "Whether a printer prints.", ({ condition }) =>
        Number(condition !== "disabled"),
      ),
      gauge("roundsman_cups_queue_jobs", "Jobs that wait.", ({ jobs }) => jobs.length),
      gauge("roundsman_cups_queue_size_bytes", "Size of the jobs that wait.", ({ jobs }) =>
        jobs.reduce((sum, { size }) => sum + size, 0),
      ),
    ]),
  ],

  *evaluate(queues, { params, at }) {
    for (const { name, condition, text, jobs } of queues.values()) {
      const times = jobs.flatMap(({ shown }) =>
        shown === undefined ? [] : (epochOf(shown, params.zone) ?? []),
      );
      const age = times.length === 0 ? undefined : at - Math.min(...times);
      const findings: Finding[] = [
        { state: stateOf(condition, params), text: condition === "idle" ? condition : text },
        ...found("Jobs", {
          name: "jobs",
          value: jobs.length,
          levels: { upper: params.jobs },
          min: 0,
        }),
        ...found(
          "Oldest job",
          {
            name: "job_age",
            // A clock that is elsewhere than told would be one that is in the future.
            value: age === undefined || age < 0 ? undefined : age,
            levels: { upper: params.age },
          },
          duration,
        ),
      ];
      yield conclude(`CUPS Queue ${name}`, findings, name);
    }
  },
};

function conditionOf(said: string): string {
  if (said.startsWith("is idle")) return "idle";
  if (said.startsWith("now printing")) return "printing";
  return said.startsWith("disabled") || said.startsWith("is stopped") ? "disabled" : "unknown";
}

function stateOf(condition: string, { idle, printing, disabled }: Params): State {
  const states = new Map([
    ["idle", idle],
    ["printing", printing],
    ["disabled", disabled],
  ]);
  return states.get(condition) ?? UNKNOWN;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MONTH = MONTHS.join("|");
const DAY = new RegExp(`\\b(?:(${MONTH}) {1,4}(\\d{1,2})|(\\d{1,2}) (${MONTH}))\\b`);
const TIME = /\b(\d{1,2}):(\d\d):(\d\d)(?: ([AP]M)\b)?/;
const YEAR = /\b(\d{4})\b/;

/** `Tue Jun 29 09:22:04 2010`, `Tue 29 Jun 2010 09:22:04 PM CEST`. */
function clockTime(date: string): string | undefined {
  const [, hour, minute = "", second = "", half] = TIME.exec(date) ?? [];
  const [, year] = YEAR.exec(date) ?? [];
  const [, month, day, first, monthBehind] = DAY.exec(date) ?? [];
  if (hour === undefined || year === undefined || (day ?? first) === undefined) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  const two = (value: number | string): string => String(value).padStart(2, "0");
  const number = MONTHS.indexOf(month ?? monthBehind ?? "") + 1;
  return `${year}-${two(number)}-${two(day ?? first ?? "")} ${two(hours)}:${minute}:${second}`;
}
