import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { percent, plural } from "../judge/format.ts";
import { type Levels, NEVER, scaled } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal, integer } from "../judge/numbers.ts";

/** Ratios of the time of all CPUs, on average over the minutes that the agent looked. */
export interface VmsCpu {
  readonly cpus: number;
  readonly idle: number;
  readonly user: number;
  /** In interrupts, and waiting for other CPUs. */
  readonly wait: number;
}

interface Params {
  readonly util: Levels;
  readonly wait: Levels;
}

/**
 * What the CPUs of an OpenVMS host spend their time with.
 *
 * Section: vms_cpu   Source: MONITOR SYSTEM (OpenVMS System Management Utilities Reference)
 * Systems: OpenVMS
 * Params: util, wait: ratios of all CPU time
 */
export const vmsCpu: Check<VmsCpu, Params> = {
  section: "vms_cpu",
  params: { util: NEVER, wait: NEVER },

  parse(rows) {
    const [row] = rows;
    if (row === undefined) return undefined;
    const cpus = integer(row[0]);
    const [idle, user, interrupts, synchronisation] = row.slice(1, 5).map(decimal);
    if (cpus === undefined || cpus < 1 || idle === undefined || user === undefined)
      throw new ParseError("no shares of CPU time", row.join(" "));
    // Percent, added up over the CPUs.
    const all = cpus * 100;
    const wait = (interrupts ?? 0) + (synchronisation ?? 0);
    return { cpus, idle: idle / all, user: user / all, wait: wait / all };
  },

  metrics: [
    gauge("roundsman_vms_cpus", "Number of CPUs.", ({ cpus }) => cpus),
    each(
      (cpu: VmsCpu) =>
        Object.entries({
          idle: cpu.idle,
          user: cpu.user,
          system: systemOf(cpu),
          wait: cpu.wait,
        }),
      { mode: ([mode]) => mode },
      [
        gauge(
          "roundsman_vms_cpu_ratio",
          "What the CPUs spent their time with.",
          ([, share]) => share,
        ),
      ],
    ),
  ],

  *evaluate(cpu, { params }) {
    const share = (text: string, name: string, value: number, levels = NEVER): Finding => {
      const perf = { name, value: value * 100, levels: { upper: scaled(levels, 100) } };
      return measured(`${text}: ${percent(value)}`, perf, (bound) => percent(bound / 100));
    };
    yield conclude("CPU utilization", [
      share("Total CPU", "util", Math.max(0, 1 - cpu.idle), params.util),
      share("User", "user", cpu.user),
      share("System", "system", systemOf(cpu)),
      share("Wait", "wait", cpu.wait, params.wait),
      { text: plural(cpu.cpus, "CPU"), perf: { name: "cpu_entitlement", value: cpu.cpus } },
    ]);
  },
};

/** What is left; averages that were rounded may leave less than nothing. */
const systemOf = ({ idle, user, wait }: VmsCpu): number => Math.max(0, 1 - idle - user - wait);
