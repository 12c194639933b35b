/**
 * One process as the kernel tells of it.
 *
 * Source: /proc/PID/stat, see proc_pid_stat(5).
 */

export interface Process {
  readonly pid: string;
  /** Thread name, of any bytes. */
  readonly name: string;
  /** `R`, `S`, `D`, `Z`, … */
  readonly state: string;
  readonly isKernelThread: boolean;
  /** Seconds of CPU, its own, of all its threads. */
  readonly cpuSeconds: number;
  /** When it started, in ticks since the host did: with the pid it tells a process from all others. */
  readonly start: string;
  /** Changes when the process becomes another program. */
  readonly program: string;
  readonly virtualBytes: number;
}

/** USER_HZ, which is 100 wherever Node runs. */
export const TICKS_PER_SECOND = 100;
const PF_KTHREAD = 0x00200000;

/** `undefined` for a text that is no stat file. The name may hold blanks, parentheses and newlines. */
export function parseStat(pid: string, stat: string): Process | undefined {
  const open = stat.indexOf("(");
  const close = stat.lastIndexOf(")");
  const fields = stat.slice(close + 2).split(" ");
  const number = (field: number): number => Number(fields[field - FIRST]);
  const start = fields[STARTTIME - FIRST];
  if (open < 0 || start === undefined || Number.isNaN(number(VSIZE))) return undefined;
  const name = stat.slice(open + 1, close);
  return {
    pid,
    name,
    state: fields[0] ?? "",
    isKernelThread: (number(FLAGS) & PF_KTHREAD) !== 0,
    cpuSeconds: (number(UTIME) + number(STIME)) / TICKS_PER_SECOND,
    start,
    program: `${start} ${fields[ARG_START - FIRST] ?? ""} ${name}`,
    virtualBytes: number(VSIZE),
  };
}

/** Numbers of the fields in proc_pid_stat(5); the first after the name. */
const FIRST = 3;
const FLAGS = 9;
const UTIME = 14;
const STIME = 15;
const STARTTIME = 22;
const VSIZE = 23;
const ARG_START = 48;
