import { readCpuV2 } from "../readings/cgroups.ts";
import { dockerContainerCpu } from "./docker_container_cpu.ts";

/**
 * CPU time of a container.
 *
 * Section: docker_container_cpu_cgroupv2   Source: cpu.stat of control groups version 2, /proc/uptime
 * Params: as those of docker_container_cpu
 */
export const dockerContainerCpuCgroupv2: typeof dockerContainerCpu = {
  ...dockerContainerCpu,
  section: "docker_container_cpu_cgroupv2",
  formOf: "docker_container_cpu",
  parse: readCpuV2,
};
