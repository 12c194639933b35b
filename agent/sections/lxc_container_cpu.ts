/**
 * CPU time of a container of LXC, beside that of its host: both in ticks, a hundredth of a second each.
 *
 * Source: the first line of /proc/stat; cpuacct.stat of control groups version 1
 */
import { cpuV1 } from "../readings/cgroup.ts";
import type { AgentSection } from "../section.ts";

export const lxcContainerCpu: AgentSection = {
  name: "lxc_container_cpu",
  collect: cpuV1,
};
