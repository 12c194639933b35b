/** The cluster manager of Proxmox VE; it is asked on members of a cluster alone. */
import { paced } from "./paced.ts";
import type { System } from "../section.ts";

const ASK_SECONDS = 60;
/** Without a quorum it ends with 1 or 2, which is the very thing to be told. */
const CODES = [0, 1, 2];

/** What `pvecm VERB` says, a minute old at most. Source: pvecm(1), which asks corosync-quorumtool(8). */
export const pvecm = (system: System, verb: "status" | "nodes"): Promise<string | undefined> =>
  paced(system, `pvecm ${verb}`, ASK_SECONDS, async () => {
    if (!system.list("/etc/corosync").includes("corosync.conf")) return undefined;
    const text = await system.run(["pvecm", verb], { accept: CODES });
    if (text?.trim() === "") throw new Error(`pvecm ${verb} said nothing`);
    return text;
  });
