/** What the kernel tells of processes and connections. Sources: proc(5). */
import { readdirSync, readFileSync } from "node:fs";

export interface Cpu {
  /** Seconds of the process and of those below it that live. */
  readonly own: number;
  /** Seconds of those below it that have ended, to 10 ms. */
  readonly children: number;
}

/** CPU that a process and all below it have had. */
export function cpu(pid: number): Cpu {
  const pids = tree(pid);
  const total = (of: (pid: number) => number): number =>
    pids.reduce((sum, each) => sum + of(each), 0);
  return { own: total(ownCpu), children: total(childrenCpu) };
}

/** Seconds of CPU a process has had itself, to the nanosecond (/proc/PID/task/TID/schedstat). */
export const ownCpu = (pid: number): number =>
  list(`/proc/${pid}/task`)
    .map((task) => read(`/proc/${pid}/task/${task}/schedstat`))
    .reduce((sum, line) => sum + Number(line.split(" ")[0]) / 1e9, 0);

/** Seconds of CPU that its ended children have had, to 10 ms (/proc/PID/stat, cutime and cstime). */
export function childrenCpu(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / 100;
}

export interface Memory {
  /** MiB resident; what several share counts for each. */
  readonly rss: number;
  /** MiB that are the process's alone. */
  readonly own: number;
}

/** Memory of some processes together (/proc/PID/smaps_rollup). */
export function memory(pids: readonly number[]): Memory {
  const texts = pids.map((pid) => read(`/proc/${pid}/smaps_rollup`));
  const mib = (key: string): number =>
    texts.reduce((sum, text) => sum + Number(matched(text, `^${key}: +(\\d+)`) ?? 0) / 1024, 0);
  return { rss: mib("Rss"), own: mib("Private_Clean") + mib("Private_Dirty") };
}

const matched = (text: string, pattern: string): string | undefined =>
  new RegExp(pattern, "m").exec(text)?.[1];

/** A process and all below it, parents first. */
export function tree(pid: number): readonly number[] {
  const parents = new Map(pids().map((each) => [each, Number(statOf(each)[1])]));
  const found = [pid];
  for (const parent of found) for (const [each, of] of parents) if (of === parent) found.push(each);
  return found;
}

/** Processes that have been handed this word in their environment, wherever they have got to. */
export const withWord = (word: string): readonly number[] =>
  pids().filter((pid) => read(`/proc/${pid}/environ`).includes(word));

/** Descriptors that a process has open. */
export const descriptors = (pid: number): number => list(`/proc/${pid}/fd`).length;

/** The server's ends of IPv4 connections to a port; those that only wait for the time to pass do not count. */
export const connections = (port: number): number =>
  read("/proc/net/tcp")
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .filter(
      ([, local, , state]) => Number(`0x${local?.split(":")[1] ?? ""}`) === port && isHeld(state),
    ).length;

const [TIME_WAIT, LISTEN] = ["06", "0A"];
const isHeld = (state: string | undefined): boolean => state !== TIME_WAIT && state !== LISTEN;

const pids = (): readonly number[] =>
  list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Fields of /proc/PID/stat from the third on, which no name of a program can shift. */
function statOf(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

const list = (folder: string): string[] => orGone(() => readdirSync(folder)) ?? [];
const read = (path: string): string => orGone(() => readFileSync(path, "latin1")) ?? "";

/** Processes end while they are looked at. */
function orGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
