import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, OK, WARN } from "../judge/state.ts";

export interface Member {
  readonly name: string;
  readonly id: string;
  /** Of newer versions, which list no member that is gone. */
  readonly votes?: number | undefined;
  /** Of older versions: `M` of a member, `X` of one that is gone, `d` of one that was disallowed. */
  readonly status?: string | undefined;
}

/** The node that was asked is marked by this. */
const LOCAL = "(local)";

/**
 * Members of a cluster of Proxmox VE.
 *
 * Section: pvecm_nodes   Source: `pvecm nodes`: id, votes, perhaps flags of a quorum device, name; or
 *          id, status, incarnation, date and time, name
 * Params: none
 */
export const pvecmNodes: Check<readonly Member[]> = {
  section: "pvecm_nodes",
  params: {},

  parse(rows) {
    const members = new Map<string, Member>();
    for (const row of rows) {
      const [id = "", second = "", ...more] = row;
      const name = more.filter((word) => word !== LOCAL).at(-1);
      if (integer(id) === undefined || name === undefined || members.has(name)) continue;
      const votes = integer(second);
      members.set(name, { name, id, ...(votes === undefined ? { status: second } : { votes }) });
    }
    return members.size === 0 ? undefined : [...members.values()];
  },

  metrics: [
    each((members: readonly Member[]) => members, { node: ({ name }) => name }, [
      gauge("roundsman_pvecm_node_up", "Whether a node is with the cluster.", ({ status = "M" }) =>
        Number(status === "M"),
      ),
      gauge("roundsman_pvecm_node_votes", "Votes of a node.", ({ votes }) => votes),
    ]),
  ],

  *evaluate(members) {
    for (const { name, id, votes, status } of members) {
      const state = status === undefined || status === "M" ? OK : status === "X" ? CRIT : WARN;
      const findings = [
        { text: state === OK ? "member" : `not a member: status ${status}`, state },
        { text: `ID: ${id}` },
        { text: votes === undefined ? "" : plural(votes, "vote") },
      ];
      yield conclude(`PVE Node ${name}`, findings, name);
    }
  },
};
