import type { Check } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { percent } from "../judge/format.ts";
import { type Levels, NEVER, scaled } from "../judge/levels.ts";
import { counter, each } from "../judge/metrics.ts";
import { type ContainerCpu, readCpuV1 } from "../readings/cgroups.ts";

interface Params {
  readonly util: Levels;
}

/**
 * CPU time of a container, as a share of all that its host has.
 *
 * Section: docker_container_cpu   Source: cpuacct.stat of control groups version 1, beside the first
 *          line of /proc/stat
 * Params: util: ratio of the time of all CPUs
 */
export const dockerContainerCpu: Check<ContainerCpu, Params> = {
  section: "docker_container_cpu",
  params: { util: NEVER },
  comparesWithPrevious: true,
  parse: readCpuV1,

  metrics: [
    each(
      ({ user, system }: ContainerCpu) => [
        { mode: "user", seconds: user },
        { mode: "system", seconds: system },
      ],
      { mode: ({ mode }) => mode },
      [
        counter(
          "roundsman_container_cpu_seconds_total",
          "CPU time that a container has used.",
          ({ seconds }) => seconds,
        ),
      ],
    ),
  ],

  *evaluate(cpu, { params, previous }) {
    const shares = sharesOf(cpu, previous?.data);
    yield conclude(
      "Container CPU utilization",
      shares
        ? [
            share("Total CPU", "util", shares.user + shares.system, params.util),
            share("User", "user", shares.user),
            share("System", "system", shares.system),
          ]
        : [{ text: "Rates need an earlier report" }],
    );
  },
};

/** `undefined` when no time went by, or the container began anew. */
function sharesOf(now: ContainerCpu, before: ContainerCpu | undefined) {
  if (!before) return undefined;
  const available = now.available - before.available;
  const [user, system] = [now.user - before.user, now.system - before.system];
  if (!(available > 0) || user < 0 || system < 0) return undefined;
  return { user: user / available, system: system / available };
}

function share(label: string, name: string, ratio: number, levels = NEVER): Finding {
  const perf = { name, value: ratio * 100, levels: { upper: scaled(levels, 100) }, min: 0 };
  return measured(`${label}: ${percent(ratio)}`, perf, (bound) => percent(bound / 100));
}
