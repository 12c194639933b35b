/**
 * Processes: control groups, user, memory in KiB, CPU time, age, pid and command line.
 *
 * Source: /proc/PID/{stat,status,cgroup,cmdline}, laid out as ps(1) does. Control groups and command
 * line are up to a minute old, unless the process became another program. So are user and memory of
 * a process whose stat tells nothing new: a run of less than a clock tick may not show there.
 * A command line is cut after 16 KiB, or its share of the 8 MiB for all.
 */
import { printable } from "../readings/printable.ts";
import { parseStat, TICKS_PER_SECOND, type Process } from "../readings/process.ts";
import type { AgentSection, System } from "../section.ts";
import { userNames } from "../readings/users.ts";

const MAX_COMMAND_BYTES = 16 * 1024;
/** Of all of them: whoever may start processes must not fill the agent's memory. */
const MAX_COMMANDS_BYTES = 8 * 1024 * 1024;
const MAX_CGROUP_BYTES = 512;
const MAX_FILE_BYTES = 64 * 1024;
/** What of a process changes rarely is read again after so long. */
const HOLDS_SECONDS = 60;
/** What matters of a kernel thread's status. */
const KERNEL = "Uid:\t0\t0\t0\t0\n";
const HEADER = "[header] CGROUP USER VSZ RSS TIME ELAPSED PID COMMAND";

/** What of a process changes rarely. */
interface Traits {
  readonly start: string;
  readonly program: string;
  /** Epoch seconds. */
  readonly readAt: number;
  readonly cgroup: string;
  readonly command: string;
}

/** A process, and the text that tells whether anything of it has changed. */
interface Seen {
  readonly stat: string;
  readonly process: Process;
  readonly uid: string;
  readonly residentKib: number;
  readonly traits: Traits;
}

export const psLnx: AgentSection = {
  name: "ps_lnx",
  async collect(system) {
    const now = Math.floor(system.now());
    const uptime = Number(system.read("/proc/uptime")?.split(" ")[0]);
    if (Number.isNaN(uptime)) return undefined;
    const before = await system.memo(
      "processes",
      { seconds: Infinity },
      () => new Map<string, Seen>(),
    );
    const seen = await readProcesses(system, before);
    const nameOf = await userNames(
      system,
      seen.map(({ uid }) => uid),
    );
    const rows = seen.map(({ process, uid, residentKib, traits }) =>
      [
        traits.cgroup,
        nameOf(uid) ?? uid,
        Math.floor(process.virtualBytes / 1024),
        residentKib,
        cpuTime(process.cpuSeconds),
        age(uptime - Number(process.start) / TICKS_PER_SECOND),
        process.pid,
        commandOf(process, traits),
      ].join(" "),
    );
    return `[time]\n${now}\n[processes]\n${HEADER}\n${rows.map((row) => `${row}\n`).join("")}`;
  },
};

/** By pid. `before` is brought up to what lives now. */
async function readProcesses(system: System, before: Map<string, Seen>): Promise<readonly Seen[]> {
  const pids = system.list("/proc").filter((name) => /^\d+$/.test(name));
  const share = Math.min(MAX_COMMAND_BYTES, Math.floor(MAX_COMMANDS_BYTES / pids.length));
  const seen: Seen[] = [];
  await system.eachInTurns(
    pids.sort((a, b) => Number(a) - Number(b)),
    (pid) => {
      const last = before.get(pid);
      const process = readProcess(system, pid, last, share);
      if (process) seen.push(process);
    },
  );
  before.clear();
  for (const each of seen) before.set(each.process.pid, each);
  return seen;
}

/** Where stat is the same as last time nothing but the age is taken to be new, for a minute. */
function readProcess(
  system: System,
  pid: string,
  last: Seen | undefined,
  maxCommandBytes: number,
): Seen | undefined {
  const file = `/proc/${pid}/stat`;
  // What comes and goes between two ticks is not worth a descriptor.
  const stat = last ? system.read(file, MAX_FILE_BYTES) : system.readOnce(file, MAX_FILE_BYTES);
  if (stat === undefined) return undefined;
  if (last?.stat === stat && holds(system, last.traits)) return last;
  const process = parseStat(pid, stat);
  if (!process) return undefined;
  // Of a kernel thread it tells nothing new. Memory is less exact in the other file.
  const status = process.isKernelThread
    ? KERNEL
    : system.readOnce(`/proc/${pid}/status`, MAX_FILE_BYTES);
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(status ?? "")?.[1];
  if (status === undefined || uid === undefined) return undefined;
  const residentKib = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0);
  return {
    stat,
    process,
    uid,
    residentKib,
    traits: traitsOf(system, process, last?.traits, maxCommandBytes),
  };
}

const holds = (system: System, { readAt }: Traits): boolean => {
  const seconds = system.now() - readAt;
  return seconds >= 0 && seconds < HOLDS_SECONDS;
};

function traitsOf(
  system: System,
  process: Process,
  before: Traits | undefined,
  maxCommandBytes: number,
): Traits {
  const { pid, start, program, isKernelThread } = process;
  const now = system.now();
  const known = before?.start === start ? before : undefined;
  // Who waits in the kernel may hold the lock that readers of the command line wait for, too.
  const waits = process.state === "D";
  if (known && waits) return known;
  if (known && (isKernelThread || known.program === program) && holds(system, known)) return known;
  const read = (file: string, maxBytes: number): string =>
    system.readOnce(`/proc/${pid}/${file}`, maxBytes) ?? "";
  return {
    start,
    program: waits ? "" : program,
    // At first each has an age of its own, so that they are not all read again at once.
    readAt: known ? now : now - (Number(pid) % HOLDS_SECONDS),
    cgroup: cgroupColumn(read("cgroup", MAX_FILE_BYTES)),
    command: isKernelThread || waits ? "" : oneLine(read("cmdline", maxCommandBytes)),
  };
}

/** `N:controllers:path,…` of those that are not at the root. A blank would move the columns. */
function cgroupColumn(text: string): string {
  const groups = text.split("\n").filter((line) => line !== "" && !line.endsWith(":/"));
  const column = printable(groups.join(",")).replace(/ (?!\(deleted\)(?:,|$))/g, "\\040");
  return column.slice(0, MAX_CGROUP_BYTES) || "-";
}

const oneLine = (text: string): string => printable(text.replace(/[\0\n ]+/g, " ").trim());

function commandOf({ name, state }: Process, { command }: Traits): string {
  if (state === "Z") return `[${oneLine(name)}] <defunct>`;
  return command || `[${oneLine(name)}]`;
}

/** `[D-]HH:MM:SS` */
function cpuTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  return `${days > 0 ? `${days}-` : ""}${clock(seconds % 86_400)}`;
}

/** `[[D-]HH:]MM:SS` */
function age(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < 3600 ? clock(whole).slice(3) : cpuTime(whole);
}

/** `HH:MM:SS` */
const clock = (seconds: number): string =>
  [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
