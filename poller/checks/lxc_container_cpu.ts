import { dockerContainerCpu } from "./docker_container_cpu.ts";

/**
 * CPU time of a container of LXC.
 *
 * Section: lxc_container_cpu   Source: cpuacct.stat of control groups version 1, /proc/stat
 * Params: as those of docker_container_cpu
 */
export const lxcContainerCpu: typeof dockerContainerCpu = {
  ...dockerContainerCpu,
  section: "lxc_container_cpu",
};
