import { expect, test } from "vitest";
import { checkmkAgentPluginsLnx } from "../../../agent/sections/checkmk_agent_plugins_lnx.ts";
import { collect, madeUp, NOW } from "./host.ts";

const section = checkmkAgentPluginsLnx({
  version: "1",
  configDir: "/etc/r",
  stateDir: "/var/r",
  pluginsDir: "/opt/plugins",
  localDir: "/opt/local",
  onlyFrom: [],
});
const HEAD =
  "<<<checkmk_agent_plugins_lnx:sep(0)>>>\npluginsdir /opt/plugins\nlocaldir /opt/local\n";

test("each executable stands with the line that has its version, if it has one", async () => {
  const { host } = madeUp({
    "/opt/plugins/weather": `#!/bin/sh\n# about\nCMK_VERSION="2.1.0"\nexit 0\n`,
    "/opt/plugins/tides.py": `#!/usr/bin/env python3\n__version__ = "7"\n`,
    "/opt/plugins/300/moon": "#!/bin/sh\n",
    "/opt/plugins/README": "CMK_VERSION=9\n",
    "/opt/plugins/weather.dpkg-old": "#!/bin/sh\n",
    "/opt/plugins/drafts/sun": "#!/bin/sh\n",
    "/opt/local/60/disk": `#!/bin/sh\n  CMK_VERSION="indented"\n`,
  });
  expect(await collect(section, host)).toBe(`${HEAD}/opt/plugins/tides.py:__version__ = "7"
/opt/plugins/weather:CMK_VERSION="2.1.0"
/opt/plugins/300/moon:CMK_VERSION="unversioned"
/opt/local/60/disk:CMK_VERSION="unversioned"
`);
});

test("without the folders their names are told all the same", async () => {
  expect(await collect(section, madeUp({}).host)).toBe(HEAD);
});

test("a version's line is short and printable, whatever a script holds", async () => {
  const { host } = madeUp({
    "/opt/plugins/a": `#!/bin/sh\nCMK_VERSION="\x1b[2J${"x".repeat(9000)}"\n`,
    "/opt/plugins/b": `#!/bin/sh\n${"#".repeat(70_000)}\nCMK_VERSION="too far"\n`,
  });
  const lines = (await collect(section, host))?.split("\n") ?? [];
  expect(lines[3]).toMatch(/^\/opt\/plugins\/a:CMK_VERSION="\?\[2Jx+$/);
  expect(lines[3]?.length).toBeLessThan(300);
  expect(lines[4]).toBe(`/opt/plugins/b:CMK_VERSION="unversioned"`);
});

test("the folders are looked through once a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp({}, { now: () => now });
  await collect(section, host);
  write("/opt/local/new", "#!/bin/sh\n");
  expect(await collect(section, host)).toBe(HEAD);
  now += 60;
  expect(await collect(section, host)).toContain("/opt/local/new:");
});
