/**
 * CPU time of a container of LXC, in microseconds, beside how long its host is up.
 *
 * Source: /proc/uptime; cpu.stat of control groups version 2
 */
import { cpuV2 } from "../readings/cgroup.ts";
import type { AgentSection } from "../section.ts";

export const lxcContainerCpuCgroupv2: AgentSection = {
  name: "lxc_container_cpu_cgroupv2",
  collect: cpuV2,
};
