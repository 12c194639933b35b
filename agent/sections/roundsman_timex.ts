/**
 * How well the clock is kept: `clocksource: tsc`, then `key : value` as chronyd has them: offset,
 * frequency, skew, root delay and dispersion, leap status. Left out where chronyd does not run.
 *
 * Source: clocksource0/current_clocksource in sysfs; `chronyc -n tracking`, asked as often as for the
 * section of chrony. What only adjtimex(2) tells cannot be known: the status word, estimated and
 * maximum error as the kernel has them, the time constant, the length of a tick, the offset to TAI,
 * and all of PPS.
 */
import { tracking } from "../readings/chronyc.ts";
import type { AgentSection } from "../section.ts";

const COLON = 58;
const CLOCKSOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

export const roundsmanTimex: AgentSection = {
  name: "roundsman_timex",
  separator: COLON,
  async collect(system) {
    const told = await tracking(system);
    if (told === undefined) return undefined;
    const source = system.readOnce(CLOCKSOURCE)?.trim();
    return (source === undefined ? "" : `clocksource: ${source}\n`) + told;
  },
};
