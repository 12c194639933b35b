/**
 * Members of a cluster of Proxmox VE.
 *
 * Source: `pvecm nodes`
 */
import { pvecm } from "../readings/pvecm.ts";
import type { AgentSection } from "../section.ts";

export const pvecmNodes: AgentSection = {
  name: "pvecm_nodes",
  collect: (system) => pvecm(system, "nodes"),
};
