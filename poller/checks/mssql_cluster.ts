import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { type Answers, instanceName, readAnswers, refused } from "../readings/mssql.ts";

export interface Clustered {
  readonly instance: string;
  readonly database: "";
  /** Where the instance runs now. */
  readonly active: string;
  /** Where it may run. */
  readonly nodes: readonly string[];
}

/**
 * Failover clusters of Microsoft SQL Server: where each instance runs.
 *
 * Section: mssql_cluster   Source: sys.dm_os_cluster_nodes (Transact-SQL)
 * Systems: Windows
 * Params: none
 */
export const mssqlCluster: Check<Answers<Clustered>> = {
  section: "mssql_cluster",
  params: {},

  parse: (rows) => readAnswers(rows, readClustered),

  metrics: [
    of(
      ({ things }: Answers<Clustered>) =>
        things.flatMap(({ instance, active, nodes }) =>
          nodes.map((node) => ({ instance, node, isActive: node === active })),
        ),
      each(
        (nodes: readonly { instance: string; node: string; isActive: boolean }[]) => nodes,
        { mssql_instance: ({ instance }) => instance, node: ({ node }) => node },
        [
          gauge(
            "roundsman_mssql_cluster_node_active",
            "Whether an instance runs on a node.",
            ({ isActive }) => Number(isActive),
          ),
        ],
      ),
    ),
  ],

  *evaluate({ things, refusals }) {
    for (const { instance, active, nodes } of things) {
      const findings = [{ text: `Active node: ${active}` }, { text: `Nodes: ${nodes.join(", ")}` }];
      yield conclude(`MSSQL ${instance} Cluster Status`, findings, instance);
    }
    for (const one of refusals)
      yield refused(`MSSQL ${one.instance} Cluster Status`, one, one.instance);
  },
};

/** `INSTANCE|[DATABASE|]ACTIVE|NODE,NODE`. */
function readClustered(row: readonly string[]): Clustered | undefined {
  const [active = "", list = ""] = row.slice(-2);
  const nodes = list.split(",").map((node) => node.trim());
  const named = [...new Set(nodes.filter((node) => node !== ""))];
  if (row.length < 3 || named.length === 0) return undefined;
  return {
    instance: instanceName(row[0] ?? ""),
    database: "",
    active: active.trim(),
    nodes: named,
  };
}
