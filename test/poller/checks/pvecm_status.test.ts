import { expect, test } from "vitest";
import { pvecmStatus } from "../../../poller/checks/pvecm_status.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  pvecmStatus.parse(sectionRows(["<<<pvecm_status:sep(58)>>>", ...lines, ""].join("\n")));

const cluster = ({ votes = 3, quorate = "Yes", quorum = "2" } = {}) =>
  parse(
    "Cluster information",
    "-------------------",
    "Name:             north",
    "",
    "Date:             Mon Nov 16 21:39:34 2026",
    "Nodes:            3",
    `Quorate:          ${quorate}`,
    "Expected votes:   3",
    `Total votes:      ${votes}`,
    `Quorum:           ${quorum}`,
    "    Nodeid      Votes Name",
    "0x00000001          1 192.0.2.1 (local)",
  );

test("votes are exported", () => {
  expect(sampleLines(samples(pvecmStatus, cluster()))).toEqual([
    "roundsman_pvecm_quorate 1",
    "roundsman_pvecm_nodes 3",
    "roundsman_pvecm_votes 3",
    "roundsman_pvecm_expected_votes 3",
    "roundsman_pvecm_quorum_votes 2",
  ]);
});

test("a cluster with all its votes is well", () => {
  expect(judged(pvecmStatus, cluster())).toEqual([
    {
      service: "PVE Cluster State",
      state: OK,
      summary: "north, quorate, Votes: 3 of 3, Needed: 2, Nodes: 3",
      perfdata: [],
    },
  ]);
});

test("a vote that is missing warns; a cluster that may not act is critical", () => {
  expect(judged(pvecmStatus, cluster({ votes: 2 }))[0]?.state).toBe(WARN);
  const blocked = cluster({ votes: 1, quorate: "No", quorum: "2 Activity blocked" });
  expect(judged(pvecmStatus, blocked)[0]).toMatchObject({
    state: CRIT,
    summary: "north, no quorum, Votes: 1 of 3, Needed: 2, Nodes: 3",
  });
});

test("of older versions the votes tell whether there is a quorum", () => {
  const old = (votes: number) =>
    parse("Cluster Name: south", "Nodes: 2", `Total votes: ${votes}`, "Quorum: 2  ");
  expect(old(2)).toMatchObject({ name: "south", isQuorate: true });
  expect(judged(pvecmStatus, old(1))[0]?.state).toBe(CRIT);
});

test("a cluster manager that cannot answer is critical, in its words", () => {
  const [service] = judged(pvecmStatus, parse("cman_tool: Cannot open connection to cman"));
  expect(service).toMatchObject({
    state: CRIT,
    summary: "cman_tool: Cannot open connection to cman",
  });
});

test("a host that is in no cluster has no service", () => {
  const path = "/etc/pve/corosync.conf";
  const error = `Error: Corosync config '${path}' does not exist - is this node part of a cluster?`;
  expect(parse(error)).toBeUndefined();
  expect(parse()).toBeUndefined();
});
