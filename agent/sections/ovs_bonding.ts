/**
 * Bonds of Open vSwitch, with `[NAME]` before each; at most a minute old.
 *
 * Source: `ovs-appctl bond/show`, see ovs-vswitchd(8)
 */
import { paced } from "../readings/paced.ts";
import type { AgentSection, System } from "../section.ts";

const COLON = 58;
const HOLDS_SECONDS = 60;
const DEADLINE_SECONDS = 5;

export const ovsBonding: AgentSection = {
  name: "ovs_bonding",
  separator: COLON,
  collect: (system) => paced(system, "ovs bonds", HOLDS_SECONDS, () => show(system)),
};

/** All bonds at once; each begins with `---- NAME ----`. */
async function show(system: System): Promise<string | undefined> {
  if (!system.stat("/run/openvswitch")) return undefined;
  const options = { deadlineSeconds: DEADLINE_SECONDS };
  const bonds = await system.run(["ovs-appctl", "bond/show"], options);
  return bonds?.replace(/^---- (.+) ----$/gm, "[$1]\n$&");
}
