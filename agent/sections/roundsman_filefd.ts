/**
 * Open files of the whole host: `allocated free maximum`.
 *
 * Source: /proc/sys/fs/file-nr
 */
import type { AgentSection } from "../section.ts";

export const roundsmanFilefd: AgentSection = {
  name: "roundsman_filefd",
  collect: (system) => system.read("/proc/sys/fs/file-nr"),
};
