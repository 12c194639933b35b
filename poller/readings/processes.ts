/**
 * Processes of a host, of which only groups are kept: those that somebody asked for.
 *
 * Source: ps(1); the Windows agent
 */
import { matches } from "../judge/glob.ts";
import { decimal } from "../judge/numbers.ts";

export interface Processes {
  /** Epoch seconds. */
  readonly time?: number | undefined;
  readonly count: number;
  /** CPUs of the host, where the list tells. */
  readonly cores?: number | undefined;
  readonly groups: readonly Group[];
}

/** Which processes belong together: patterns of their command lines and of the users they run as. */
export interface Watch {
  readonly name: string;
  readonly match: string;
  readonly user?: string | undefined;
}

export interface Group {
  readonly name: string;
  readonly members: readonly Usage[];
}

/** What a process uses. */
export interface Usage {
  readonly pid?: string | undefined;
  /** Bytes. */
  readonly virtual: number;
  readonly resident: number;
  /** Seconds of CPU time so far; or, from older forms, CPUs in use on average. */
  readonly cpuSeconds?: number | undefined;
  readonly cpuRatio?: number | undefined;
  /** Seconds since it started. */
  readonly age?: number | undefined;
}

export interface Process extends Usage {
  /** Empty where it is not said. */
  readonly user: string;
  readonly command: string;
}

/** Puts processes into groups. */
export class Sorter {
  readonly #watches: readonly Watch[];
  readonly #groups: readonly { readonly name: string; readonly members: Usage[] }[];

  constructor(watches: readonly Watch[]) {
    this.#watches = watches;
    this.#groups = watches.map(({ name }) => ({ name, members: [] }));
  }

  /** The process is read only if anybody wants to know. */
  add(read: () => Process): void {
    if (this.#watches.length === 0) return;
    const { user, command, ...usage } = read();
    for (const [index, watch] of this.#watches.entries())
      if (matches(command, watch.match) && matches(user, watch.user ?? "*"))
        this.#groups[index]?.members.push(usage);
  }

  groups(): readonly Group[] {
    return this.#groups;
  }
}

const HUNDRED_NANOSECONDS = 1e-7;

/**
 * Where the command starts: behind `(user,…)` and a blank or a tab, if there is that. A user of
 * Windows may have parentheses in the name.
 */
export function commandStart(line: string): number {
  let close = line.startsWith("(") ? line.indexOf(")") : -1;
  if (close < 0) return 0;
  while (close + 1 < line.length && !" \t".includes(line.charAt(close + 1))) {
    const next = line.indexOf(")", close + 1);
    if (next < 0) return 0;
    close = next;
  }
  if (close + 1 < line.length) return close + 2;
  // A process without a command is dead; one that is called `(sd-pam)` is not.
  return line.includes(",") ? line.length : 0;
}

/** What stands in the parentheses. */
export const fields = (line: string, command: number): readonly string[] =>
  command === 0 ? [] : line.slice(1, command - 2).split(",");

/** A line `(user,vsz,rss,cpu,pid) command`; on Windows `(user,…) command` of eleven fields. */
export function readProcess(line: string, start: number): Process {
  const [user = "", virtual, resident, cpu = "", pid, ...windows] = fields(line, start);
  const [, userTime, kernelTime, , , uptime] = windows;
  const [used, elapsed] = cpu.split("/");
  const cpuPercent = decimal(used);
  const time = plus(decimal(userTime), decimal(kernelTime));
  return {
    user,
    // Windows may set its arguments apart.
    command: line.slice(start).trim().replaceAll("\t", " "),
    pid,
    virtual: kilobytes(virtual),
    resident: kilobytes(resident),
    ...(time === undefined
      ? {
          cpuSeconds: clock(used),
          cpuRatio: cpuPercent === undefined ? undefined : cpuPercent / 100,
          age: clock(elapsed),
        }
      : { cpuSeconds: time * HUNDRED_NANOSECONDS, age: decimal(uptime) }),
  };
}

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

const TIME = /^(?:(?:(\d{1,6})-)?(\d{1,6}):)?(\d{1,6}):(\d{1,2})(?:\.\d+)?$/;

/** Seconds of `[[DAYS-]HOURS:]MINUTES:SECONDS`. */
export function clock(text: string | undefined): number | undefined {
  const [all, days = 0, hours = 0, minutes = 0, seconds = 0] = TIME.exec(text ?? "") ?? [];
  if (all === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

/** Bytes of a number of kilobytes; 0 for what is none. */
export const kilobytes = (text: string | undefined): number => (decimal(text) ?? 0) * 1024;
