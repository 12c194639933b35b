/**
 * Software RAID; empty where the kernel has none.
 *
 * Source: /proc/mdstat
 */
import type { AgentSection } from "../section.ts";

export const md: AgentSection = {
  name: "md",
  // Opened each time: the file goes with its module, and a kept descriptor would fail.
  collect: (system) => system.readOnce("/proc/mdstat") ?? "",
};
