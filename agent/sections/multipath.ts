/**
 * Disks that are reached over several paths, and how these are; at most a minute old.
 *
 * Source: `multipath -l -v2`, run where device mapper has such a disk
 */
import { paced } from "../readings/paced.ts";
import type { AgentSection, System } from "../section.ts";

const HOLDS_SECONDS = 60;
const OPTIONS = { deadlineSeconds: 5 };

export const multipath: AgentSection = {
  name: "multipath",
  collect: (system) =>
    paced(system, "multipath", HOLDS_SECONDS, async () =>
      hasPaths(system) ? system.run(["multipath", "-l", "-v2"], OPTIONS) : undefined,
    ),
};

const hasPaths = (system: System): boolean =>
  system
    .list("/sys/block")
    .some((disk) => system.readOnce(`/sys/block/${disk}/dm/uuid`)?.startsWith("mpath-"));
