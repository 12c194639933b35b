/**
 * Memory of a container, with the limit that it has, in bytes or `max`, and what its host has.
 *
 * Source: memory.{stat,current,max} of control groups version 2; /proc/meminfo
 */
import { cgroup, memTotal, named } from "../readings/cgroup.ts";
import type { AgentSection } from "../section.ts";

const USAGE = { "memory.current": "memory.current", "memory.max": "memory.max" };

export const dockerContainerMemCgroupv2: AgentSection = {
  name: "docker_container_mem_cgroupv2",
  collect(system) {
    const stat = cgroup(system, "memory.stat");
    return stat && stat + named(system, USAGE) + memTotal(system);
  },
};
