import type { Check } from "../judge/check.ts";
import { conclude, type Finding, measured } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { type ContainerMemory, readMemoryV1 } from "../readings/cgroups.ts";

interface Params {
  readonly used: Levels;
}

/**
 * Memory of a container, without what it keeps files in. Its host's is another service, `Memory`.
 *
 * Section: docker_container_mem   Source: memory.stat, memory.usage_in_bytes and
 *          memory.limit_in_bytes of control groups version 1; MemTotal of /proc/meminfo
 * Params: used: ratio of the limit, or of the host's memory where there is none
 */
export const dockerContainerMem: Check<ContainerMemory, Params> = {
  section: "docker_container_mem",
  params: { used: { warn: 1.5, crit: 2 } },
  parse: readMemoryV1,

  metrics: [
    gauge(
      "roundsman_container_memory_usage_bytes",
      "Memory of a container, caches included.",
      ({ usage }) => usage,
    ),
    gauge(
      "roundsman_container_memory_cache_bytes",
      "Memory in which a container keeps files.",
      ({ cache }) => cache,
    ),
    gauge(
      "roundsman_container_memory_limit_bytes",
      "Memory that a container may have.",
      ({ limit }) => limit,
    ),
  ],

  *evaluate({ usage, cache, shared, limit }, { params }) {
    const used = Math.max(usage - cache, 0);
    const ratio = limit > 0 ? used / limit : 0;
    const levels = { upper: limit > 0 ? scaled(params.used, limit) : undefined };
    yield conclude("Container memory", [
      measured(
        `Used: ${percent(ratio)} - ${bytes(used)} of ${bytes(limit)}`,
        { name: "mem_used", value: used, levels, min: 0, max: limit },
        bytes,
      ),
      { perf: { name: "mem_used_percent", value: ratio * 100 } },
      ...further("Caches", "caches", cache),
      ...further("Shared memory", "mem_lnx_shmem", shared),
    ]);
  },
};

const further = (label: string, name: string, value: number | undefined): Finding[] =>
  value === undefined
    ? []
    : [{ text: `${label}: ${bytes(value)}`, quiet: true, perf: { name, value } }];
