/**
 * Memory and swap.
 *
 * Source: /proc/meminfo
 */
import type { AgentSection } from "../section.ts";

export const mem: AgentSection = {
  name: "mem",
  collect: (system) => system.read("/proc/meminfo"),
};
