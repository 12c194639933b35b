import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured, quietly } from "../judge/findings.ts";
import { number, percent, plural } from "../judge/format.ts";
import { type Levels, NEVER, scaled } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";

export interface Cpu {
  /** Tasks that ran or waited to run, on average over 1, 5 and 15 minutes. */
  readonly load1: number;
  readonly load5: number;
  readonly load15: number;
  readonly cpus: number;
  readonly threads?: number | undefined;
  /** How many threads the kernel allows. */
  readonly maxThreads?: number | undefined;
}

interface Params {
  readonly load1: Levels;
  readonly load5: Levels;
  readonly load15: Levels;
  readonly threads: Levels;
  readonly usage: Levels;
}

/**
 * Load averages and the number of threads.
 *
 * Section: cpu   Source: /proc/loadavg with the number of CPUs, /proc/sys/kernel/threads-max (proc(5))
 * Systems: Linux, FreeBSD, macOS
 * Params: load1, load5, load15: load per CPU; threads: how many; usage: ratio of the threads allowed
 */
export const cpu: Check<Cpu, Params> = {
  section: "cpu",
  params: {
    load1: NEVER,
    load5: NEVER,
    load15: { warn: 5, crit: 10 },
    threads: { warn: 2000, crit: 4000 },
    usage: NEVER,
  },

  parse(rows) {
    const [averages, limit] = rows;
    if (averages === undefined) return undefined;
    const [load1, load5, load15] = averages.map(decimal);
    if (load1 === undefined || load5 === undefined || load15 === undefined)
      throw new ParseError("no load averages", averages.join(" "));
    return {
      load1,
      load5,
      load15,
      cpus: Math.max(1, integer(averages[5]) ?? 1),
      threads: integer(averages[3]?.split("/")[1]),
      maxThreads: integer(limit?.[0]),
    };
  },

  metrics: [
    gauge("node_load1", "Load average over one minute.", (cpu) => cpu.load1),
    gauge("node_load5", "Load average over five minutes.", (cpu) => cpu.load5),
    gauge("node_load15", "Load average over fifteen minutes.", (cpu) => cpu.load15),
    gauge("roundsman_cpus", "Number of CPUs.", (cpu) => cpu.cpus),
    gauge("roundsman_threads", "Number of threads.", (cpu) => cpu.threads),
    gauge("node_processes_max_threads", "How many threads may exist.", (cpu) => cpu.maxThreads),
  ],

  *evaluate(cpu, { params }) {
    const { cpus, threads, maxThreads } = cpu;
    const load = (minutes: 1 | 5 | 15) => {
      const name = `load${minutes}` as const;
      const value = cpu[name];
      const text = `${minutes} min load: ${number(value)}, per CPU: ${number(value / cpus)} (${plural(cpus, "CPU")})`;
      const levels = { upper: scaled(params[name], cpus) };
      return measured(text, { name, value, levels, min: 0, max: cpus }, number);
    };
    yield conclude("CPU load", [load(15), quietly(load(1)), quietly(load(5))]);

    if (threads === undefined) return;
    const usage = maxThreads !== undefined && maxThreads > 0 ? threads / maxThreads : undefined;
    yield conclude("Number of threads", [
      measured(`Count: ${plural(threads, "thread")}`, {
        name: "threads",
        value: threads,
        levels: { upper: params.threads },
        max: maxThreads,
      }),
      ...(usage === undefined
        ? []
        : [
            measured(
              `Usage: ${percent(usage)}`,
              {
                name: "thread_usage",
                value: usage * 100,
                levels: { upper: scaled(params.usage, 100) },
              },
              (bound) => percent(bound / 100),
            ),
          ]),
    ]);
  },
};
