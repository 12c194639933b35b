/**
 * How far the clock is off, as systemd-timesyncd sees it, at most a minute old, and in `[[[…]]]` the
 * epoch second when the clock was last set.
 *
 * Source: `timedatectl timesync-status`; when /run/systemd/timesync/synchronized, or where that is not
 * known /var/lib/systemd/timesync/clock, was touched
 */
import type { AgentSection } from "../section.ts";
import { askTimesyncd } from "../readings/timesyncd.ts";

const TOUCHED = ["/run/systemd/timesync/synchronized", "/var/lib/systemd/timesync/clock"];

export const timesyncd: AgentSection = {
  name: "timesyncd",
  async collect(system) {
    const status = await askTimesyncd(system, "timesync-status");
    if (status === undefined) return undefined;
    const [touched] = TOUCHED.flatMap((path) => system.stat(path) ?? []);
    return touched ? `${status}[[[${Math.floor(touched.mtime)}]]]\n` : status;
  },
};
