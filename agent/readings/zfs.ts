/** What zfs(8) and zpool(8) say. */
import { paced } from "./paced.ts";
import type { RunOptions, System } from "../section.ts";

const HOLDS_SECONDS = 60;
const DEADLINE_SECONDS = 5;

/** As of the last minute; `undefined` where the kernel has no ZFS or the command is missing. */
export const askZfs = (
  system: System,
  command: readonly [string, ...string[]],
  options?: RunOptions,
): Promise<string | undefined> =>
  paced(system, command.join(" "), HOLDS_SECONDS, async () =>
    system.stat("/sys/module/zfs")
      ? system.run(command, { deadlineSeconds: DEADLINE_SECONDS, ...options })
      : undefined,
  );
