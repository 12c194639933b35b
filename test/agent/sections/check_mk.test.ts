import { expect, test } from "vitest";
import { checkMk } from "../../../agent/sections/check_mk.ts";
import { collect, madeUp, web1 } from "./host.ts";

const facts = {
  version: "1.2.3",
  configDir: "/etc/roundsman",
  stateDir: "/var/lib/roundsman",
  pluginsDir: "/usr/lib/roundsman/plugins",
  localDir: "/usr/lib/roundsman/local",
  onlyFrom: ["192.0.2.0/24", "198.51.100.7"],
};

test("the agent names itself, its folders, who may fetch, and the operating system", async () => {
  expect(await collect(checkMk(facts), web1())).toBe(`<<<check_mk>>>
Version: roundsman-1.2.3
Agent: roundsman 1.2.3
AgentOS: linux
Hostname: web1.example
AgentDirectory: /etc/roundsman
DataDirectory: /var/lib/roundsman
SpoolDirectory: /var/lib/roundsman/spool
PluginsDirectory: /usr/lib/roundsman/plugins
LocalDirectory: /usr/lib/roundsman/local
OnlyFrom: 192.0.2.0/24 198.51.100.7
OSType: linux
OSPlatform: harbour
OSName: Harbour Linux
OSVersion: 7.2
SSHClient: 
`);
});

test("an agent that passes for Checkmk's says the version of that one, and its own below", async () => {
  const section = checkMk({ ...facts, checkmkCompatible: "2.4.0p21" });
  expect(await collect(section, web1())).toMatch(
    /^<<<check_mk>>>\nVersion: 2\.4\.0p21\nAgent: roundsman 1\.2\.3\n/,
  );
});

test("a host without os-release still has an agent", async () => {
  const { host } = madeUp({});
  const text = await collect(checkMk({ ...facts, onlyFrom: [] }), host);
  expect(text).toContain("Version: roundsman-1.2.3\n");
  expect(text).toContain("OnlyFrom: \n");
  expect(text).not.toMatch(/OSName|OSPlatform|OSVersion/);
});

test("quotes, escapes and line ends in os-release cannot make another line", async () => {
  const { host } = madeUp({
    "/usr/lib/os-release": `NAME="A \\"quoted\\" \\$name"\nID='single'\nVERSION_ID=7 \r\nbroken\n=x\n`,
  });
  const text = await collect(checkMk(facts), host);
  expect(text).toContain(`OSPlatform: single\nOSName: A "quoted" $name\nOSVersion: 7\nSSHClient`);
});
