import { expect, test } from "vitest";
import { pvecmNodes } from "../../../agent/sections/pvecm_nodes.ts";
import { collect, madeUp } from "./host.ts";

const MEMBER = { "/etc/corosync/corosync.conf": "totem {}\n" };
const NODES = `
Membership information
----------------------
    Nodeid      Votes Name
         1          1 harbour1 (local)
         2          1 harbour2
`;
const TOOL = `#!/bin/sh\n[ "$1" = nodes ] && printf '%s' '${NODES}'\n`;

test("members are listed", async () => {
  const { host } = madeUp({ ...MEMBER, "/usr/bin/pvecm": TOOL });
  expect(await collect(pvecmNodes, host)).toBe(`<<<pvecm_nodes>>>\n${NODES}`);
});

test("a host of its own, and one without Proxmox VE, have no section", async () => {
  expect(await collect(pvecmNodes, madeUp({ "/usr/bin/pvecm": TOOL }).host)).toBeUndefined();
  expect(await collect(pvecmNodes, madeUp(MEMBER).host)).toBeUndefined();
});
