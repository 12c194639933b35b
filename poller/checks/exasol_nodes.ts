import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK } from "../judge/state.ts";

export interface ExasolNode {
  readonly name: string;
  /** `Running`, `Suspended` … */
  readonly status: string;
}

type Nodes = readonly ExasolNode[];

const isRunning = ({ status }: ExasolNode): boolean => status === "Running";

/**
 * Nodes of an Exasol cluster.
 *
 * Section: exasol_nodes   Source: getNodeState of Exasol's XML-RPC API
 * Systems: Exasol
 * Params: none
 */
export const exasolNodes: Check<Nodes> = {
  section: "exasol_nodes",
  params: {},

  parse(rows) {
    const found = new Map<string, ExasolNode>();
    for (const [name = "", ...words] of rows)
      if (words.length > 0) found.set(name, { name, status: words.join(" ") });
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((nodes: Nodes) => nodes, { node: ({ name }) => name }, [
      gauge("roundsman_exasol_node_up", "Whether a node runs.", (node) => Number(isRunning(node))),
    ]),
  ],

  *evaluate(nodes) {
    for (const node of nodes) {
      const state = isRunning(node) ? OK : CRIT;
      yield conclude(`Node ${node.name}`, [{ text: node.status, state }], node.name);
    }
  },
};
