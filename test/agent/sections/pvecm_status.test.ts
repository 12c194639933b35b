import { expect, test } from "vitest";
import { pvecmStatus } from "../../../agent/sections/pvecm_status.ts";
import { collect, madeUp, NOW } from "./host.ts";

const MEMBER = { "/etc/corosync/corosync.conf": "totem {}\n" };
const STATUS = `Cluster information
-------------------
Name:             harbour

Quorum information
------------------
Nodes:            1
Quorate:          No
`;
const says = (text: string, code = 0): string =>
  `#!/bin/sh\n[ "$1" = status ] && printf '%s' '${text}'\nexit ${code}\n`;

test.each([0, 1, 2])("the state of the cluster is told, with exit code %i too", async (code) => {
  const { host } = madeUp({ ...MEMBER, "/usr/bin/pvecm": says(STATUS, code) });
  expect(await collect(pvecmStatus, host)).toBe(`<<<pvecm_status:sep(58)>>>\n${STATUS}`);
});

test("a host of its own, and one without Proxmox VE, have no section", async () => {
  const { host } = madeUp({ "/usr/bin/pvecm": says(STATUS) });
  expect(await collect(pvecmStatus, host)).toBeUndefined();
  expect(await collect(pvecmStatus, madeUp(MEMBER).host)).toBeUndefined();
});

test("a manager that says nothing has failed", async () => {
  const { host } = madeUp({ ...MEMBER, "/usr/bin/pvecm": says("", 2) });
  await expect(collect(pvecmStatus, host)).rejects.toThrow("pvecm status said nothing");
});

test("it is asked once a minute", async () => {
  let now = NOW;
  const tool = { "/usr/bin/pvecm": says("first\n") };
  const { host, write } = madeUp({ ...MEMBER, ...tool }, { now: () => now });
  await collect(pvecmStatus, host);
  write("/usr/bin/pvecm", says("second\n"));
  now += 50;
  expect(await collect(pvecmStatus, host)).toContain("first\n");
  now += 10;
  expect(await collect(pvecmStatus, host)).toContain("second\n");
});

test("a manager that hangs is ended after ten seconds", async () => {
  const { host } = madeUp({ ...MEMBER, "/usr/bin/pvecm": "#!/bin/sh\nexec /bin/sleep 60\n" });
  await expect(collect(pvecmStatus, host)).rejects.toThrow(/took longer than 10 s/);
});
