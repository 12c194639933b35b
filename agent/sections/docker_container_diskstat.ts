/**
 * What a container read and wrote: `8:0 Read BYTES`, and how often: `8:0 Write COUNT`.
 *
 * Source: blkio.throttle.{io_service_bytes,io_serviced} of control groups version 1; /sys/block
 */
import { cgroup, disks } from "../readings/cgroup.ts";
import type { AgentSection } from "../section.ts";

const COUNTERS = ["io_service_bytes", "io_serviced"];

export const dockerContainerDiskstat: AgentSection = {
  name: "docker_container_diskstat",
  collect(system) {
    const blocks = COUNTERS.flatMap((name) => {
      const text = cgroup(system, `blkio/blkio.throttle.${name}`);
      return text === undefined ? [] : `[${name}]\n${text}`;
    });
    return blocks.length > 0 ? disks(system, blocks.join("")) : undefined;
  },
};
