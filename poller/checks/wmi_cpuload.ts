import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { number, plural } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { counter, gauge } from "../judge/metrics.ts";
import { type Entry, numberIn, readTables } from "../readings/wmi.ts";

export interface CpuLoad {
  /** Threads that wait for a processor. */
  readonly queue: number;
  readonly cpus?: number | undefined;
  /** Epoch seconds. */
  readonly bootTime?: number | undefined;
  readonly processes?: number | undefined;
  readonly threads?: number | undefined;
  /** Since the host booted. */
  readonly contextSwitches?: number | undefined;
  readonly exceptions?: number | undefined;
  readonly systemCalls?: number | undefined;
}

interface Params {
  readonly queue: Levels;
}

/** Windows counts time from 1601 on, in 100 ns. */
const SECONDS_1601_TO_1970 = 11_644_473_600;

/**
 * Threads that wait for a processor, which is what Windows has for a load.
 *
 * It is what waits at one moment, not an average, and what runs is not in it.
 *
 * Section: wmi_cpuload   Source: Win32_PerfRawData_PerfOS_System, Win32_ComputerSystem
 * Systems: Windows
 * Params: queue: threads per processor
 */
export const wmiCpuload: Check<CpuLoad, Params> = {
  section: "wmi_cpuload",
  params: { queue: { warn: 5, crit: 10 } },

  parse(rows) {
    const tables = readTables(rows);
    if (tables.size === 0) return undefined;
    const [system] = tables.get("system_perf") ?? [];
    const [computer] = tables.get("computer_system") ?? [];
    const queue = numberIn(system, "ProcessorQueueLength");
    if (queue === undefined) throw new ParseError("nobody knows how long the queue is");
    return {
      queue,
      cpus: processors(computer),
      bootTime: bootTime(system),
      processes: numberIn(system, "Processes"),
      threads: numberIn(system, "Threads"),
      contextSwitches: numberIn(system, "ContextSwitchesPersec"),
      exceptions: numberIn(system, "ExceptionDispatchesPersec"),
      systemCalls: numberIn(system, "SystemCallsPersec"),
    };
  },

  metrics: [
    gauge(
      "windows_system_processor_queue_length",
      "Threads that wait for a processor.",
      ({ queue }) => queue,
    ),
    gauge("windows_system_processes", "Number of processes.", ({ processes }) => processes),
    gauge("windows_system_threads", "Number of threads.", ({ threads }) => threads),
    gauge(
      "windows_system_boot_time_timestamp_seconds",
      "When the host booted, in epoch seconds.",
      (load) => load.bootTime,
    ),
    gauge("windows_cs_logical_processors", "Number of logical processors.", ({ cpus }) => cpus),
    counter(
      "windows_system_context_switches_total",
      "Context switches.",
      (load) => load.contextSwitches,
    ),
    counter(
      "windows_system_exception_dispatches_total",
      "Exceptions dispatched.",
      ({ exceptions }) => exceptions,
    ),
    counter(
      "windows_system_system_calls_total",
      "Calls of the system.",
      ({ systemCalls }) => systemCalls,
    ),
  ],

  *evaluate({ queue, cpus = 1, threads, processes }, { params }) {
    const levels = { upper: scaled(params.queue, cpus) };
    const perCpu = `per CPU: ${number(queue / cpus)} (${plural(cpus, "CPU")})`;
    yield conclude("Processor Queue", [
      measured(
        `Waiting: ${plural(queue, "thread")}, ${perCpu}`,
        { name: "load_instant", value: queue, levels, min: 0, max: cpus },
        number,
      ),
      ...(processes === undefined ? [] : [{ text: `Processes: ${processes}` }]),
      ...(threads === undefined ? [] : [{ text: `Threads: ${threads}` }]),
    ]);
  },
};

/** Cores with their threads; old versions of Windows count sockets only. */
function processors(computer: Entry | undefined): number | undefined {
  const cpus =
    numberIn(computer, "NumberOfLogicalProcessors") ?? numberIn(computer, "NumberOfProcessors");
  return cpus !== undefined && cpus > 0 ? cpus : undefined;
}

/** What Windows calls its time up is the moment that it came up. */
function bootTime(system: Entry | undefined): number | undefined {
  const start = numberIn(system, "SystemUpTime");
  const perSecond = numberIn(system, "Frequency_Object");
  if (start === undefined || perSecond === undefined || perSecond <= 0) return undefined;
  const seconds = start / perSecond - SECONDS_1601_TO_1970;
  return seconds > 0 ? seconds : undefined;
}
