import { expect, test } from "vitest";
import { ovsBonding } from "../../../poller/checks/ovs_bonding.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  ovsBonding.parse(sectionRows(["<<<ovs_bonding:sep(58)>>>", ...lines, ""].join("\n")));

const bond = (first: string, second: string, word = "member") =>
  parse(
    "[bond0]",
    "---- bond0 ----",
    "bond_mode: active-backup",
    `active ${word} mac: 02:00:5e:00:53:11(eth1)`,
    "",
    `${word} eth1: ${first}`,
    `  active ${word}`,
    "  may_enable: true",
    "",
    `${word} eth2: ${second}`,
  );

test("a bond tells its mode, its active member and the others", () => {
  expect(judged(ovsBonding, bond("enabled", "enabled"))).toMatchObject([
    {
      service: "Bonding Interface bond0",
      state: OK,
      summary: "up, active-backup, active: eth1, eth1 is up, eth2 is up",
    },
  ]);
  expect(sampleLines(samples(ovsBonding, bond("enabled", "disabled")))).toEqual([
    'node_bonding_slaves{master="bond0"} 2',
    'node_bonding_active{master="bond0"} 1',
  ]);
});

test("a bond is down when all its members are, and warns when one is", () => {
  expect(judged(ovsBonding, bond("enabled", "disabled"))[0]?.state).toBe(WARN);
  expect(judged(ovsBonding, bond("disabled", "disabled"))[0]?.state).toBe(CRIT);
});

test("the words of older versions mean the same", () => {
  expect(bond("enabled", "disabled", "slave")).toEqual(bond("enabled", "disabled"));
});

test("a switch without bonds has no section to speak of", () => {
  expect(parse()).toBeUndefined();
});
