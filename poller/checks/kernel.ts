import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { number, percent } from "../judge/format.ts";
import { type Levels, NEVER, scaled } from "../judge/levels.ts";
import { counter, each, gauge, untyped } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";

/** Seconds since boot, in the order of `MODES`; guest time is also in user and nice. */
export type CpuTimes = readonly number[];

export interface Kernel {
  /** Epoch seconds at which the agent read it. */
  readonly time?: number | undefined;
  /** All CPUs together. */
  readonly total?: CpuTimes | undefined;
  /** By the CPU's number. */
  readonly cpus: ReadonlyMap<string, CpuTimes>;
  /** Named as in /proc/stat and /proc/vmstat. */
  readonly counters: ReadonlyMap<string, number>;
}

interface Params {
  readonly util: Levels;
  readonly wait: Levels;
  readonly steal: Levels;
}

const MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;
const GUEST_MODES = ["user", "nice"] as const;

/** FreeBSD has no time of waiting, and counts `stathz` ticks per second: kern.cp_time, clocks(7). */
const BSD_FIELDS = 5;
const BSD_TICKS = 127;
/** USER_HZ: ticks per second, the same on every Linux that matters. */
const TICKS = 100;

const VMSTAT = [
  "oom_kill",
  "pgfault",
  "pgmajfault",
  "pgpgin",
  "pgpgout",
  "pswpin",
  "pswpout",
] as const;
const STAT = ["btime", "ctxt", "intr", "processes", "procs_blocked", "procs_running"] as const;
const COUNTERS: ReadonlySet<string> = new Set([...VMSTAT, ...STAT]);

const CPU = /^cpu(\d*)$/;

const RATES = [
  ["processes", "process_creations", "Process creations"],
  ["ctxt", "context_switches", "Context switches"],
  ["pgmajfault", "major_page_faults", "Major page faults"],
  ["pswpin", "page_swap_in", "Page swap in"],
  ["pswpout", "page_swap_out", "Page swap out"],
] as const;

/**
 * What the CPUs spend their time with, and what the kernel counts.
 *
 * Section: kernel   Source: /proc/stat, /proc/vmstat (proc(5)) after a line with the epoch
 * Params: util, wait, steal: ratios of all CPU time
 */
export const kernel: Check<Kernel, Params> = {
  section: "kernel",
  params: { util: NEVER, wait: NEVER, steal: NEVER },
  comparesWithPrevious: true,

  parse(rows) {
    let time: number | undefined;
    const cpus = new Map<string, CpuTimes>();
    const counters = new Map<string, number>();
    for (const line of rows.lines()) {
      // Hundreds of lines are of no use here: they are passed over before they are taken apart.
      const end = line.indexOf(" ");
      if (end < 0) time ??= integer(line);
      const name = line.slice(0, Math.max(end, 0));
      const cpu = name.startsWith("cpu") ? CPU.exec(name)?.[1] : undefined;
      if (cpu !== undefined) cpus.set(cpu, cpuTimes(line));
      else if (COUNTERS.has(name)) {
        const value = integer(line.slice(end + 1).split(" ", 1)[0]);
        if (value === undefined) throw new ParseError(`no number for ${name}`, line);
        counters.set(name, value);
      }
    }
    const total = cpus.get("");
    cpus.delete("");
    if (total === undefined && cpus.size === 0 && counters.size === 0) return undefined;
    return { time, total, cpus, counters };
  },

  time: (kernel) => kernel.time,

  metrics: [
    each(perMode(MODES, 0), { cpu: (one) => one.cpu, mode: (one) => one.mode }, [
      counter("node_cpu_seconds_total", "What a CPU spent its time with.", (one) => one.seconds),
    ]),
    each(perMode(GUEST_MODES, MODES.length), { cpu: (one) => one.cpu, mode: (one) => one.mode }, [
      counter(
        "node_cpu_guest_seconds_total",
        "CPU time given to virtual machines; also counted in user and nice.",
        (one) => one.seconds,
      ),
    ]),
    counter("node_context_switches_total", "Context switches.", count("ctxt")),
    counter("node_intr_total", "Interrupts served.", count("intr")),
    counter("node_forks_total", "Processes and threads created.", count("processes")),
    gauge("node_procs_running", "Tasks that run or wait to run.", count("procs_running")),
    gauge("node_procs_blocked", "Tasks that wait for I/O.", count("procs_blocked")),
    gauge("node_boot_time_seconds", "When the host booted, in epoch seconds.", count("btime")),
    gauge("node_time_seconds", "The host's clock when it was read.", ({ time }) => time),
    ...VMSTAT.map((name) =>
      untyped(`node_vmstat_${name}`, `${name} of /proc/vmstat.`, count(name)),
    ),
  ],

  *evaluate(kernel, { params, at, previous }) {
    const before = previous?.data;
    const shares = cpuShares(kernel.total, before?.total);
    yield conclude("CPU utilization", shares ? utilization(shares, kernel, params) : NO_RATES);

    const seconds = at - (previous?.at ?? at);
    const rates = RATES.flatMap(([name, metric, text]): Finding[] => {
      const value = rate(kernel.counters.get(name), before?.counters.get(name), seconds);
      if (value === undefined) return [];
      return [{ text: `${text}: ${number(value)}/s`, perf: { name: metric, value } }];
    });
    yield conclude("Kernel Performance", rates.length > 0 ? rates : NO_RATES);
  },
};

/** Of a first poll, and after a reboot. */
const NO_RATES: readonly Finding[] = [{ text: "Rates need an earlier report" }];

function utilization(shares: Shares, { total = [] }: Kernel, params: Params): Finding[] {
  const share = (text: string, name: keyof Shares, levels = NEVER): Finding => {
    const perf = { name, value: shares[name] * 100, levels: { upper: scaled(levels, 100) } };
    return measured(`${text}: ${percent(shares[name])}`, perf, (bound) => percent(bound / 100));
  };
  const [stolen = 0, ...guests] = total.slice(MODES.indexOf("steal"));
  return [
    share("Total CPU", "util", params.util),
    share("User", "user"),
    share("System", "system"),
    share("Wait", "wait", params.wait),
    // Most hosts never know either.
    ...(stolen > 0 ? [share("Steal", "steal", params.steal)] : []),
    ...(guests.some((time) => time > 0) ? [share("Guest", "guest")] : []),
  ];
}

/** Fields that old kernels do not have yet are left out. */
function cpuTimes(line: string): CpuTimes {
  const ticks = line
    .trimEnd()
    .split(/ +/)
    .slice(1)
    .map((field) => {
      const value = decimal(field);
      if (value === undefined) throw new ParseError("not a number of ticks", line);
      return value;
    });
  const [user = 0, nice = 0, system = 0, idle = 0, irq = 0] = ticks;
  return ticks.length === BSD_FIELDS
    ? [user, nice, system, idle, 0, irq].map((value) => value / BSD_TICKS)
    : ticks.map((value) => value / TICKS);
}

interface ModeTime {
  readonly cpu: string;
  readonly mode: string;
  readonly seconds: number | undefined;
}

function perMode(modes: readonly string[], offset: number) {
  return function* (kernel: Kernel): Generator<ModeTime> {
    for (const [cpu, times] of kernel.cpus)
      for (const [index, mode] of modes.entries())
        yield { cpu, mode, seconds: times[offset + index] };
  };
}

function count(name: string) {
  return ({ counters }: Kernel): number | undefined => counters.get(name);
}

/** Ratios of the time between two moments. */
interface Shares {
  readonly util: number;
  /** Without guests. */
  readonly user: number;
  readonly system: number;
  readonly wait: number;
  readonly steal: number;
  readonly guest: number;
}

/** `undefined` when no time went by, or the counters were reset. */
function cpuShares(now: CpuTimes = [], before: CpuTimes = []): Shares | undefined {
  const spent = now.map((seconds, index) => seconds - (before[index] ?? 0));
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...rest] = spent;
  const [irq = 0, softirq = 0, steal = 0, guestUser = 0, guestNice = 0] = rest;
  const guest = guestUser + guestNice;
  const busy = user + nice + system + wait + irq + softirq + steal;
  const all = busy + idle;
  if (before.length === 0 || !(all > 0) || user < 0 || system < 0) return undefined;
  return {
    util: busy / all,
    user: (user + nice - guest) / all,
    system: (system + irq + softirq) / all,
    wait: wait / all,
    steal: steal / all,
    guest: guest / all,
  };
}
