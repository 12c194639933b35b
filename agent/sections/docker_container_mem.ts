/**
 * Memory of a container, with the limit that it has, in bytes, and what its host has.
 *
 * Source: memory.stat, memory.{usage,limit}_in_bytes of control groups version 1; /proc/meminfo
 */
import { cgroup, memTotal, named } from "../readings/cgroup.ts";
import type { AgentSection } from "../section.ts";

const USAGE = {
  usage_in_bytes: "memory/memory.usage_in_bytes",
  limit_in_bytes: "memory/memory.limit_in_bytes",
};

export const dockerContainerMem: AgentSection = {
  name: "docker_container_mem",
  collect(system) {
    const stat = cgroup(system, "memory/memory.stat");
    return stat && stat + named(system, USAGE) + memTotal(system);
  },
};
