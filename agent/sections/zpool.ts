/**
 * Pools of ZFS: sizes, fragmentation and health, at most a minute old.
 *
 * Source: `zpool list`
 */
import type { AgentSection } from "../section.ts";
import { askZfs } from "../readings/zfs.ts";

export const zpool: AgentSection = {
  name: "zpool",
  collect: (system) => askZfs(system, ["zpool", "list"]),
};
