import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, type State, WARN, worst } from "../judge/state.ts";

export interface Log {
  /** A path; on Windows the name of an event log. */
  readonly name: string;
  /** `ok`, `missing`, `cannotopen`. */
  readonly status: string;
  /** By their ids, which begin with the time; without one (of older agents) under the empty id. */
  readonly batches: ReadonlyMap<string, Batch>;
}

/** Lines that were found in one go. An agent tells them again for a while, for those who missed them. */
export interface Batch {
  readonly counts: Readonly<Record<Level, number>>;
  /** With their levels before them: `C out of memory`. */
  readonly lines: readonly string[];
}

const LEVELS = { C: "crit", W: "warn", O: "ok", ".": "ignored" } as const;
type Letter = keyof typeof LEVELS;
type Level = (typeof LEVELS)[Letter];

/** What is kept of one batch, and shown of one log. */
const MAX_LINES = 50;
const MAX_LINE_LENGTH = 500;

/**
 * New lines of log files that somebody looks for: the state is that of the worst line that was not
 * told in the report before.
 *
 * Section: logwatch   Source: the plugin logwatch; on Windows event logs
 * Systems: Linux, Windows
 * Params: none
 */
export const logwatch: Check<ReadonlyMap<string, Log>> = {
  section: "logwatch",
  params: {},
  comparesWithPrevious: true,

  parse(rows) {
    const logs = new Map<
      string,
      { name: string; status: string; batches: Map<string, Unfinished> }
    >();
    let log: ReturnType<typeof logs.get>;
    let batch: Unfinished | undefined;
    for (const line of rows.lines()) {
      const [, name, status = "ok"] = TITLE.exec(line) ?? [];
      if (name !== undefined) {
        log = logs.get(name) ?? { name, status, batches: new Map() };
        logs.set(name, log);
        batch = undefined;
      } else if (log) {
        const [, id] = BATCH.exec(line) ?? [];
        if (id !== undefined || batch === undefined) {
          batch = log.batches.get(id ?? "") ?? unfinished();
          log.batches.set(id ?? "", batch);
        }
        if (id === undefined) add(batch, line);
      }
    }
    return logs.size === 0 ? undefined : logs;
  },

  metrics: [
    each((logs: ReadonlyMap<string, Log>) => logs.values(), { file: (log) => log.name }, [
      gauge("roundsman_logwatch_readable", "Whether a log can be read.", ({ status }) =>
        Number(status === "ok"),
      ),
    ]),
    each(counts, { file: ({ log }) => log.name, level: ({ level }) => level }, [
      gauge(
        "roundsman_logwatch_lines",
        "Lines of a log in the last report, by level.",
        ({ count }) => count,
      ),
    ]),
  ],

  *evaluate(logs, { previous }) {
    for (const log of logs.values()) {
      // A pattern that never found a file is no trouble.
      const before = previous?.data.get(log.name);
      if (log.status === "missing" && before?.status !== "ok") continue;
      yield conclude(`Log ${log.name}`, findings(log, before), log.name);
    }
  },
};

function* counts(logs: ReadonlyMap<string, Log>) {
  for (const log of logs.values())
    for (const level of Object.values(LEVELS)) {
      const all = [...log.batches.values()];
      yield { log, level, count: all.reduce((sum, batch) => sum + batch.counts[level], 0) };
    }
}

function findings({ status, batches }: Log, before: Log | undefined): Finding[] {
  if (status === "missing") return [{ state: WARN, text: "the log is gone" }];
  if (status !== "ok") return [{ state: CRIT, text: "the log cannot be read" }];
  const unseen = unseenBatches(batches, before);
  const sum = (level: Level): number =>
    unseen.reduce((total, batch) => total + batch.counts[level], 0);
  const [crit, warn] = [sum("crit"), sum("warn")];
  if (crit + warn + sum("ok") === 0) return [{ text: "no new messages" }];
  const lines = unseen.flatMap((batch) => batch.lines);
  const worstState = worst(lines.map(stateOf));
  const last = lines.findLast((line) => stateOf(line) === worstState) ?? "";
  return [
    { state: crit > 0 ? CRIT : warn > 0 ? WARN : OK, text: `${crit} CRIT, ${warn} WARN messages` },
    { text: last === "" ? "" : `last: ${last.slice(2)}` },
    { text: lines.slice(0, MAX_LINES).join("\n"), quiet: true },
    ...(lines.length > MAX_LINES
      ? [{ text: `and ${plural(lines.length - MAX_LINES, "line")} more`, quiet: true }]
      : []),
  ];
}

/** In the order of time; without an id nobody can tell whether a batch is told again. */
const unseenBatches = (batches: Log["batches"], before: Log | undefined): Batch[] =>
  [...batches]
    .filter(([id]) => id === "" || before?.batches.has(id) !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, batch]) => batch);

const TITLE = /^\[\[\[(.+?)(?::(missing|cannotopen))?\]\]\]$/;
const BATCH = /^BATCH: (\S.*)$/;
const LINE = /^([CWO.])\s/;

interface Unfinished {
  readonly counts: Record<Level, number>;
  readonly lines: string[];
}

const unfinished = (): Unfinished => ({
  counts: { crit: 0, warn: 0, ok: 0, ignored: 0 },
  lines: [],
});

/** Lines without a level are what stood around those with one. */
function add({ counts, lines }: Unfinished, line: string): void {
  counts[LEVELS[letterOf(line)]]++;
  if (lines.length < MAX_LINES) lines.push(line.slice(0, MAX_LINE_LENGTH));
}

const letterOf = (line: string): Letter => {
  const [, letter] = LINE.exec(line) ?? [];
  return letter === "C" || letter === "W" || letter === "O" ? letter : ".";
};

function stateOf(line: string): State {
  const letter = letterOf(line);
  return letter === "C" ? CRIT : letter === "W" ? WARN : OK;
}
