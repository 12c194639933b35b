import { expect, test } from "vitest";
import { lnxBonding } from "../../../agent/sections/lnx_bonding.ts";
import { collect, madeUp } from "./host.ts";

const BOND = `Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eth0
MII Status: up

Slave Interface: eth0
MII Status: up
`;

test("each bond has its name before what the kernel says, and a blank line between", async () => {
  const { host } = madeUp({ "/proc/net/bonding/bond1": "Two\n", "/proc/net/bonding/bond0": BOND });
  expect(await collect(lnxBonding, host)).toBe(
    `<<<lnx_bonding:sep(58)>>>\n==> ./bond0 <==\n${BOND}\n==> ./bond1 <==\nTwo\n`,
  );
});

test("without the driver there is no section", async () => {
  expect(await collect(lnxBonding, madeUp({ "/proc/net/dev": "" }).host)).toBeUndefined();
});
