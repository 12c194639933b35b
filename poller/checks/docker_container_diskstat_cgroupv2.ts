import { readDisksV2 } from "../readings/cgroups.ts";
import { dockerContainerDiskstat } from "./docker_container_diskstat.ts";

/**
 * What a container reads and writes.
 *
 * Section: docker_container_diskstat_cgroupv2   Source: io.stat of control groups version 2;
 *          /sys/block
 * Params: as those of docker_container_diskstat
 */
export const dockerContainerDiskstatCgroupv2: typeof dockerContainerDiskstat = {
  ...dockerContainerDiskstat,
  section: "docker_container_diskstat_cgroupv2",
  formOf: "docker_container_diskstat",
  parse: readDisksV2,
};
