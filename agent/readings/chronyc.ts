/** The daemon that keeps the clock. */
import { paced } from "./paced.ts";
import type { System } from "../section.ts";

const ASK_SECONDS = 30;
/** With 1 it says on one line why it can say nothing. */
const CODES = [0, 1];

/** What `chronyc -n tracking` says, half a minute old at most. Source: chronyc(1) */
export const tracking = (system: System): Promise<string | undefined> =>
  paced(system, "chronyc tracking", ASK_SECONDS, () =>
    system.run(["chronyc", "-n", "tracking"], { accept: CODES, deadlineSeconds: 5 }),
  );
