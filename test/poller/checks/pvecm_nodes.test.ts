import { expect, test } from "vitest";
import { pvecmNodes } from "../../../poller/checks/pvecm_nodes.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => pvecmNodes.parse(rows(...lines));

const MEMBERS = [
  "Membership information",
  "----------------------",
  "    Nodeid      Votes Name",
  "         1          1 pve1 (local)",
  "         2          2    A,V,NMW pve2",
];

test("members are exported with their votes", () => {
  expect(sampleLines(samples(pvecmNodes, parse(...MEMBERS)))).toEqual([
    'roundsman_pvecm_node_up{node="pve1"} 1',
    'roundsman_pvecm_node_votes{node="pve1"} 1',
    'roundsman_pvecm_node_up{node="pve2"} 1',
    'roundsman_pvecm_node_votes{node="pve2"} 2',
  ]);
});

test("each member is a service", () => {
  expect(judged(pvecmNodes, parse(...MEMBERS))).toMatchObject([
    { service: "PVE Node pve1", item: "pve1", state: OK, summary: "member, ID: 1, 1 vote" },
    { service: "PVE Node pve2", item: "pve2", state: OK, summary: "member, ID: 2, 2 votes" },
  ]);
});

test("older versions say of a node that it is gone", () => {
  const data = parse(
    "Node  Sts   Inc   Joined               Name",
    "   1   M     28   2026-11-16 08:00:00  pve1",
    "   2   X     32                        pve2",
    "   3   d     36                        pve3",
  );
  expect(judged(pvecmNodes, data).map(({ state }) => state)).toEqual([OK, CRIT, WARN]);
  expect(sampleLines(samples(pvecmNodes, data))).toContain(
    'roundsman_pvecm_node_up{node="pve2"} 0',
  );
});

test("a list without nodes is as good as none", () => {
  expect(parse(...MEMBERS.slice(0, 3))).toBeUndefined();
});
