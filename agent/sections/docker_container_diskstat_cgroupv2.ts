/**
 * What a container read and wrote, and how often: `8:0 rbytes=BYTES wbytes=… rios=COUNT wios=…`.
 *
 * Source: io.stat of control groups version 2; /sys/block
 */
import { cgroup, disks } from "../readings/cgroup.ts";
import type { AgentSection } from "../section.ts";

export const dockerContainerDiskstatCgroupv2: AgentSection = {
  name: "docker_container_diskstat_cgroupv2",
  collect(system) {
    const counters = cgroup(system, "io.stat");
    return counters === undefined ? undefined : disks(system, `[io.stat]\n${counters}`);
  },
};
