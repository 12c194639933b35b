/** What a program takes to run. */
import { accessSync, constants, readFileSync, rmSync } from "node:fs";

export interface Measure {
  /** What is to be started so that it can be measured. */
  readonly command: readonly [string, ...string[]];
  /** To be called when it is started, with the pid; gives that of the program itself. */
  readonly started: (pid: number) => () => number;
  /** `key value` lines, once it has ended. */
  readonly ended: () => string;
}

const TIME = "/usr/bin/time";
/** Keys of a job's file, and what time(1) calls their values. */
const FORMAT = [
  "real_time %E",
  "user_time %U",
  "system_time %S",
  "reads %I",
  "writes %O",
  "max_res_kbytes %M",
  "avg_mem_kbytes %K",
  "invol_context_switches %c",
  "vol_context_switches %w",
].join("\n");
const MEASURED = /^[a-z_]+ [\d.:]+$/;
/** USER_HZ, which is 100 wherever Node runs. */
const TICKS_PER_SECOND = 100;
/** From the first look at a program's memory to the second; then twice as long each. */
const FIRST_LOOK_SECONDS = 0.01;
const LOOK_SECONDS = 1;

export const measure = (
  command: readonly [string, ...string[]],
  draft: string,
  time = TIME,
): Measure => (isThere(time) ? byTime(time, command, draft) : byKernel(command));

/** As exact as getrusage(2), of all that the program started and waited for. */
const byTime = (time: string, command: readonly string[], draft: string): Measure => ({
  command: [time, "-q", "-o", draft, "-f", FORMAT, "--", ...command],
  started: (pid) => () => childOf(pid) ?? pid,
  ended() {
    const lines = (readText(draft) ?? "").split("\n").filter((line) => MEASURED.test(line));
    rmSync(draft, { force: true });
    return lines.map((line) => `${line}\n`).join("");
  },
});

/**
 * What the kernel tells of the processes that we have waited for, and the memory of the program as
 * long as it runs.
 *
 * Source: /proc/self/stat, /proc/PID/status
 */
function byKernel(command: readonly [string, ...string[]]): Measure {
  const begun = performance.now();
  const before = waitedFor();
  let most = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    command,
    started(pid) {
      const look = (seconds: number): void => {
        const [, kilobytes = "0"] =
          /^VmHWM:\s*(\d+)/m.exec(readText(`/proc/${pid}/status`) ?? "") ?? [];
        most = Math.max(most, Number(kilobytes));
        timer = setTimeout(look, seconds * 1000, Math.min(seconds * 2, LOOK_SECONDS)).unref();
      };
      look(FIRST_LOOK_SECONDS);
      return () => pid;
    },
    ended() {
      clearTimeout(timer);
      const { user, system } = waitedFor();
      return (
        `real_time ${clock((performance.now() - begun) / 1000)}\n` +
        `user_time ${(user - before.user).toFixed(2)}\n` +
        `system_time ${(system - before.system).toFixed(2)}\n` +
        (most > 0 ? `max_res_kbytes ${most}\n` : "")
      );
    },
  };
}

/** Seconds of CPU of those that we, or they themselves, have waited for. */
function waitedFor(): { user: number; system: number } {
  const stat = readText("/proc/self/stat") ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const seconds = (field: number): number => Number(fields[field - FIRST] ?? 0) / TICKS_PER_SECOND;
  return { user: seconds(CUTIME), system: seconds(CSTIME) };
}

/** Numbers of the fields in proc_pid_stat(5); the first after the name. */
const FIRST = 3;
const CUTIME = 16;
const CSTIME = 17;

/** `1:02:03` from an hour on, `2:03.45` before, as time(1) has it. */
export function clock(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  const hundredths = Math.floor((seconds * 100) % 100);
  return `${minutes}:${two(seconds % 60)}.${two(hundredths)}`;
}

function childOf(pid: number): number | undefined {
  const children = readText(`/proc/${pid}/task/${pid}/children`)?.trim().split(" ") ?? [];
  return Number(children[0]) || undefined;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
