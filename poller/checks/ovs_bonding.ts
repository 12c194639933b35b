import { readSwitchBonds } from "../readings/bonds.ts";
import { lnxBonding } from "./lnx_bonding.ts";

/**
 * Bonded interfaces of Open vSwitch.
 *
 * Section: ovs_bonding   Source: `ovs-appctl bond/show` (ovs-vswitchd(8)), each bond below `[NAME]`
 * Params: none
 */
export const ovsBonding: typeof lnxBonding = {
  ...lnxBonding,
  section: "ovs_bonding",

  parse(rows) {
    const bonds = readSwitchBonds(rows.lines());
    return bonds.length === 0 ? undefined : bonds;
  },
};
