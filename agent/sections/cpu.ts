/**
 * Load, number of processors, and the limit of threads.
 *
 * Source: /proc/loadavg, the processors in /proc/stat, /proc/sys/kernel/threads-max
 */
import type { AgentSection } from "../section.ts";

export const cpu: AgentSection = {
  name: "cpu",
  collect(system) {
    const load = system.read("/proc/loadavg");
    if (load === undefined) return undefined;
    const processors = system.read("/proc/stat")?.match(/^cpu\d/gm)?.length ?? 0;
    const threads = system.read("/proc/sys/kernel/threads-max") ?? "";
    return `${load.trimEnd()} ${processors}\n${threads}`;
  },
};
