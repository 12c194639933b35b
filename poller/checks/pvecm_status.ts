import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { CRIT, WARN } from "../judge/state.ts";

export interface Cluster {
  readonly name: string;
  readonly nodes?: number | undefined;
  readonly isQuorate: boolean;
  /** Votes that are there, that should be, and that are needed. */
  readonly votes?: number | undefined;
  readonly expected?: number | undefined;
  readonly quorum?: number | undefined;
  /** What the cluster manager says instead. */
  readonly complaint?: string | undefined;
}

/** Of a host that is no member of any cluster. */
const NO_CLUSTER = "does not exist - is this node part of a cluster";

/**
 * The cluster of Proxmox VE: whether enough of it is there.
 *
 * Section: pvecm_status   Source: `pvecm status`, which asks corosync-quorumtool(8), or cman_tool(8)
 * Params: none
 */
export const pvecmStatus: Check<Cluster> = {
  section: "pvecm_status",
  params: {},

  parse(rows) {
    const facts = new Map<string, string>();
    const others: string[] = [];
    for (const line of rows.lines()) {
      const colon = line.indexOf(":");
      const key = line.slice(0, Math.max(colon, 0)).toLowerCase();
      if (colon < 0) others.push(line);
      else if (!facts.has(key)) facts.set(key, line.slice(colon + 1).trim());
    }
    const complaint = [...facts].map(([key, value]) => `${key}: ${value}`)[0] ?? others[0];
    if (complaint === undefined || complaint.includes(NO_CLUSTER)) return undefined;
    const count = (key: string): number | undefined => integer(facts.get(key)?.split(" ", 1)[0]);
    const [votes, quorum] = [count("total votes"), count("quorum")];
    const quorate = facts.get("quorate")?.toLowerCase();
    return {
      name: facts.get("cluster name") ?? facts.get("name") ?? "",
      nodes: count("nodes"),
      isQuorate:
        quorate === undefined
          ? votes !== undefined && quorum !== undefined && votes >= quorum
          : quorate.startsWith("yes"),
      votes,
      expected: count("expected votes"),
      quorum,
      ...(votes === undefined ? { complaint } : {}),
    };
  },

  metrics: [
    gauge("roundsman_pvecm_quorate", "Whether the cluster may act.", ({ isQuorate }) =>
      Number(isQuorate),
    ),
    gauge("roundsman_pvecm_nodes", "Members that are there.", ({ nodes }) => nodes),
    gauge("roundsman_pvecm_votes", "Votes that are there.", ({ votes }) => votes),
    gauge("roundsman_pvecm_expected_votes", "Votes of all members.", ({ expected }) => expected),
    gauge("roundsman_pvecm_quorum_votes", "Votes that are needed.", ({ quorum }) => quorum),
  ],

  *evaluate({ name, nodes, isQuorate, votes, expected, quorum, complaint }) {
    yield conclude(
      "PVE Cluster State",
      complaint === undefined
        ? [
            { text: name },
            isQuorate ? { text: "quorate" } : { text: "no quorum", state: CRIT },
            ...attendance(votes, expected),
            ...told("Needed", quorum),
            ...told("Nodes", nodes),
          ]
        : [{ text: complaint, state: CRIT }],
    );
  },
};

const told = (label: string, value: number | undefined): Finding[] =>
  value === undefined ? [] : [{ text: `${label}: ${value}` }];

function attendance(votes: number | undefined, expected: number | undefined): Finding[] {
  if (votes === undefined) return [];
  if (expected === undefined) return told("Votes", votes);
  return [{ text: `Votes: ${votes} of ${expected}`, ...(votes < expected ? { state: WARN } : {}) }];
}
