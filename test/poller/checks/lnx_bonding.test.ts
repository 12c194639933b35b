import { expect, test } from "vitest";
import { lnxBonding } from "../../../poller/checks/lnx_bonding.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  lnxBonding.parse(sectionRows(["<<<lnx_bonding:sep(58)>>>", ...lines, ""].join("\n")));

const bond = ({ status = "up", second = "up", aggregator = "1" } = {}) =>
  parse(
    "==> ./bond0 <==",
    "Ethernet Channel Bonding Driver: v6.1.0",
    "",
    "Bonding Mode: fault-tolerance (active-backup)",
    "Currently Active Slave: eth0",
    `MII Status: ${status}`,
    "",
    "Slave Interface: eth0",
    "MII Status: up",
    "Link Failure Count: 0",
    "Permanent HW addr: 02:00:5e:00:53:11",
    "Aggregator ID: 1",
    "",
    "Slave Interface: eth1",
    `MII Status: ${second}`,
    "Link Failure Count: 3",
    `Aggregator ID: ${aggregator}`,
    "",
    "==> ./bond1 <==",
    "Bonding Mode: load balancing (round-robin)",
    "MII Status: up",
  );

test("members, and those that are up, are exported as node_exporter names them", () => {
  expect(sampleLines(samples(lnxBonding, bond({ second: "down" })))).toEqual([
    'node_bonding_slaves{master="bond0"} 2',
    'node_bonding_active{master="bond0"} 1',
    'node_bonding_slaves{master="bond1"} 0',
    'node_bonding_active{master="bond1"} 0',
    'roundsman_bonding_link_failures_total{master="bond0",member="eth0"} 0',
    'roundsman_bonding_link_failures_total{master="bond0",member="eth1"} 3',
  ]);
});

test("each bond is a service that tells its mode and members", () => {
  expect(judged(lnxBonding, bond())).toMatchObject([
    {
      service: "Bonding Interface bond0",
      item: "bond0",
      state: OK,
      summary: "up, fault-tolerance (active-backup), active: eth0, eth0 is up, eth1 is up",
    },
    { service: "Bonding Interface bond1", state: OK, summary: "up, load balancing (round-robin)" },
  ]);
});

test.each([
  ["a bond that is down", { status: "down" }, CRIT, "down, "],
  ["a member that is down", { second: "down" }, WARN, "eth1 is down"],
  ["a member of another aggregator", { aggregator: "2" }, WARN, "eth1 is of another aggregator"],
])("%s is told", (_, changes, state, text) => {
  const [service] = judged(lnxBonding, bond(changes));
  expect(service?.state).toBe(state);
  expect(service?.summary).toContain(text);
});

test("a host without bonds has no section to speak of", () => {
  expect(parse()).toBeUndefined();
});
