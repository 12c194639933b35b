/**
 * Replicated block devices: connection, roles, disks, counters.
 *
 * Source: /proc/drbd; since DRBD 9 there is no more than the version in it, and the devices are in
 * debugfs, below drbd/resources/NAME/connections/PEER/VOLUME/proc_drbd.
 */
import type { AgentSection, System } from "../section.ts";

const RESOURCES = "/sys/kernel/debug/drbd/resources";

export const drbd: AgentSection = {
  name: "drbd",
  collect(system) {
    const text = system.read("/proc/drbd");
    return text === undefined ? undefined : text + volumes(system).join("");
  },
};

function volumes(system: System): string[] {
  const below = (folder: string): string[] =>
    system.list(folder).map((name) => `${folder}/${name}`);
  return below(RESOURCES)
    .flatMap((resource) => below(`${resource}/connections`))
    .flatMap(below)
    .flatMap((volume) => system.readOnce(`${volume}/proc_drbd`) ?? []);
}
