/**
 * Pools of ZFS that are not as they should be, at most a minute old.
 *
 * Source: `zpool status -x`
 */
import type { AgentSection } from "../section.ts";
import { askZfs } from "../readings/zfs.ts";

export const zpoolStatus: AgentSection = {
  name: "zpool_status",
  collect: (system) => askZfs(system, ["zpool", "status", "-x"]),
};
