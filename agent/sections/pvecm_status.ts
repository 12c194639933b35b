/**
 * Cluster, quorum and votes of Proxmox VE.
 *
 * Source: `pvecm status`
 */
import { pvecm } from "../readings/pvecm.ts";
import type { AgentSection } from "../section.ts";

const COLON = 58;

export const pvecmStatus: AgentSection = {
  name: "pvecm_status",
  separator: COLON,
  collect: (system) => pvecm(system, "status"),
};
