/**
 * Counters of the kernel, with the time they were read at: paging, processors, forks, switches.
 *
 * Source: /proc/vmstat, /proc/stat
 */
import type { AgentSection } from "../section.ts";

export const kernel: AgentSection = {
  name: "kernel",
  collect(system) {
    const epoch = Math.floor(system.now());
    const stat = system.read("/proc/stat");
    return stat === undefined ? undefined : `${epoch}\n${system.read("/proc/vmstat") ?? ""}${stat}`;
  },
};
