import { readMemoryV2 } from "../readings/cgroups.ts";
import { dockerContainerMem } from "./docker_container_mem.ts";

/**
 * Memory of a container.
 *
 * Section: docker_container_mem_cgroupv2   Source: memory.{stat,current,max} of control groups
 *          version 2; MemTotal of /proc/meminfo
 * Params: as those of docker_container_mem
 */
export const dockerContainerMemCgroupv2: typeof dockerContainerMem = {
  ...dockerContainerMem,
  section: "docker_container_mem_cgroupv2",
  formOf: "docker_container_mem",
  parse: readMemoryV2,
};
