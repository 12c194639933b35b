import { expect, test } from "vitest";
import { exasolNodes } from "../../../poller/checks/exasol_nodes.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

test("a node that does not run is CRIT", () => {
  const data = exasolNodes.parse(rows("n0010 Running", "n0011 Shut down"));
  expect(judged(exasolNodes, data)).toMatchObject([
    { service: "Node n0010", item: "n0010", state: OK, summary: "Running" },
    { service: "Node n0011", item: "n0011", state: CRIT, summary: "Shut down" },
  ]);
  expect(sampleLines(samples(exasolNodes, data))).toEqual([
    'roundsman_exasol_node_up{node="n0010"} 1',
    'roundsman_exasol_node_up{node="n0011"} 0',
  ]);
});

test("a node without a state says nothing", () => {
  expect(exasolNodes.parse(rows("n0010"))).toBeUndefined();
});
