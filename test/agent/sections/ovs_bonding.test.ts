import { expect, test } from "vitest";
import { ovsBonding } from "../../../agent/sections/ovs_bonding.ts";
import { collect, madeUp, NOW } from "./host.ts";

const RUNS = { "/run/openvswitch/ovs-vswitchd.pid": "700\n" };
const TOOL = `#!/bin/sh
test "$*" = bond/show || exit 2
/bin/cat <<'END'
---- bond0 ----
bond_mode: active-backup
active-backup primary: <none>
active member mac: 02:00:5e:00:53:11(eth1)

member eth1: enabled
  active member
  may_enable: true

---- bond-two ----
bond_mode: balance-slb
END
`;

test("every bond has its name in brackets", async () => {
  const { host } = madeUp({ ...RUNS, "/usr/bin/ovs-appctl": TOOL });
  expect(await collect(ovsBonding, host)).toBe(`<<<ovs_bonding:sep(58)>>>
[bond0]
---- bond0 ----
bond_mode: active-backup
active-backup primary: <none>
active member mac: 02:00:5e:00:53:11(eth1)

member eth1: enabled
  active member
  may_enable: true

[bond-two]
---- bond-two ----
bond_mode: balance-slb
`);
});

test("where Open vSwitch does not run, or its command is missing, there is no section", async () => {
  expect(await collect(ovsBonding, madeUp({ "/usr/bin/ovs-appctl": TOOL }).host)).toBeUndefined();
  expect(await collect(ovsBonding, madeUp(RUNS).host)).toBeUndefined();
});

test("one that hangs is ended after five seconds, and left alone for a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { ...RUNS, "/usr/bin/ovs-appctl": "#!/bin/sh\nexec /bin/sleep 60\n" },
    { now: () => now },
  );
  const hang = "ovs-appctl bond/show took longer than 5 s";
  await expect(collect(ovsBonding, host)).rejects.toThrow(hang);
  write("/usr/bin/ovs-appctl", TOOL);
  now += 50;
  await expect(collect(ovsBonding, host)).rejects.toThrow(hang);
  now += 10;
  expect(await collect(ovsBonding, host)).toContain("[bond0]\n");
});
