/**
 * How far the clock is off, as chrony sees it, at most half a minute old; one line without a colon
 * where the daemon does not answer.
 *
 * Source: `chronyc -n tracking`
 */
import { tracking } from "../readings/chronyc.ts";
import type { AgentSection } from "../section.ts";

export const chrony: AgentSection = {
  name: "chrony",
  collect: tracking,
};
