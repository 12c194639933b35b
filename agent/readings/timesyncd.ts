/** What timedatectl(1) says where systemd-timesyncd runs. */
import { paced } from "./paced.ts";
import type { System } from "../section.ts";

const HOLDS_SECONDS = 60;
const DEADLINE_SECONDS = 5;

/** As of the last minute; `undefined` where it does not run: its folder comes and goes with it. */
export const askTimesyncd = (
  system: System,
  ...args: readonly string[]
): Promise<string | undefined> =>
  paced(system, `timedatectl ${args.join(" ")}`, HOLDS_SECONDS, async () =>
    system.stat("/run/systemd/timesync")
      ? system.run(["timedatectl", ...args], { deadlineSeconds: DEADLINE_SECONDS })
      : undefined,
  );
