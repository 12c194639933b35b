/**
 * Bonded network interfaces, with `==> ./NAME <==` before what the kernel says of each.
 *
 * Source: /proc/net/bonding/NAME
 */
import type { AgentSection } from "../section.ts";

const FOLDER = "/proc/net/bonding";
const COLON = 58;

export const lnxBonding: AgentSection = {
  name: "lnx_bonding",
  separator: COLON,
  collect(system) {
    if (!system.stat(FOLDER)) return undefined;
    // Opened each time: a kept descriptor fails once the interface is gone.
    const bonds = system.list(FOLDER).flatMap((name) => {
      const text = system.readOnce(`${FOLDER}/${name}`);
      return text === undefined ? [] : `==> ./${name} <==\n${text}`;
    });
    return bonds.join("\n");
  },
};
