import { expect, test } from "vitest";
import { mssqlCluster } from "../../../poller/checks/mssql_cluster.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  mssqlCluster.parse(sectionRows(["<<<mssql_cluster:sep(124)>>>", ...lines, ""].join("\n")));

test("an instance tells where it runs; of each database it is the same", () => {
  const data = parse("MSSQL_SHOP|stock|node2|node1,node2", "MSSQL_SHOP|attic|node2|node1,node2");
  expect(judged(mssqlCluster, data)).toMatchObject([
    {
      service: "MSSQL SHOP Cluster Status",
      state: OK,
      summary: "Active node: node2, Nodes: node1, node2",
    },
  ]);
  expect(parse("MSSQL_SHOP|node2|node1,node2")).toEqual(data);
  expect(sampleLines(samples(mssqlCluster, data))).toEqual([
    'roundsman_mssql_cluster_node_active{mssql_instance="SHOP",node="node1"} 0',
    'roundsman_mssql_cluster_node_active{mssql_instance="SHOP",node="node2"} 1',
  ]);
});

test("an instance that would not answer says why", () => {
  expect(judged(mssqlCluster, parse("SHOP|stock|-|-|ERROR: no rights"))).toMatchObject([
    { service: "MSSQL SHOP Cluster Status", state: CRIT, summary: "no rights" },
  ]);
});

test("no instance in a cluster, no service", () => {
  expect(parse()).toBeUndefined();
  expect(parse("SHOP|node1")).toBeUndefined();
});
