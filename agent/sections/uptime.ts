/**
 * Seconds since the host started, and seconds that its processors were idle.
 *
 * Source: /proc/uptime
 */
import type { AgentSection } from "../section.ts";

export const uptime: AgentSection = {
  name: "uptime",
  collect: (system) => system.read("/proc/uptime"),
};
