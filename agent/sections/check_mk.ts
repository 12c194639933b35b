/**
 * What agent this is, its folders, and the operating system.
 *
 * Source: /proc/sys/kernel/{hostname,ostype}, os-release(5); the rest is told by the options.
 */
import type { ContainerFacts } from "../readings/container.ts";
import type { AgentSection, System } from "../section.ts";

/** What the agent was started with. */
export interface Facts extends ContainerFacts {
  /** X.Y.Z */
  readonly version: string;
  /** The hardware as uname(2) names it: `x86_64`. */
  readonly machine?: string;
  readonly configDir: string;
  readonly stateDir: string;
  readonly pluginsDir: string;
  readonly localDir: string;
  /** Networks that are served; empty: every client. */
  readonly onlyFrom: readonly string[];
}

const OS_SECONDS = 300;

export const checkMk = (facts: Facts): AgentSection => ({
  name: "check_mk",
  async collect(system) {
    const os = await system.memo("os-release", { seconds: OS_SECONDS }, () => osRelease(system));
    const kernel = (name: string): string => system.read(`/proc/sys/kernel/${name}`)?.trim() ?? "";
    return lines([
      ["Version", facts.checkmkCompatible ?? `roundsman-${facts.version}`],
      ["Agent", `roundsman ${facts.version}`],
      ["AgentOS", "linux"],
      ["Hostname", kernel("hostname")],
      ["AgentDirectory", facts.configDir],
      ["DataDirectory", facts.stateDir],
      ["SpoolDirectory", `${facts.stateDir}/spool`],
      ["PluginsDirectory", facts.pluginsDir],
      ["LocalDirectory", facts.localDir],
      ["OnlyFrom", facts.onlyFrom.join(" ")],
      ["OSType", kernel("ostype").toLowerCase()],
      ["OSPlatform", os.get("ID")],
      ["OSName", os.get("NAME")],
      ["OSVersion", os.get("VERSION_ID")],
      ["SSHClient", ""],
    ]);
  },
});

const lines = (facts: readonly (readonly [string, string | undefined])[]): string =>
  facts.map(([key, value]) => (value === undefined ? "" : `${key}: ${oneLine(value)}\n`)).join("");

const oneLine = (value: string): string => value.replace(/[\r\n]+/g, " ");

function osRelease(system: System): ReadonlyMap<string, string> {
  const text = system.readOnce("/etc/os-release") ?? system.readOnce("/usr/lib/os-release") ?? "";
  const assignments = text.matchAll(/^([A-Za-z0-9_]+)=(.*)$/gm);
  return new Map(Array.from(assignments, ([, name = "", value = ""]) => [name, unquote(value)]));
}

/** A value as a shell would see it: in quotes, with backslashes before what must not end it. */
function unquote(value: string): string {
  const bare = value.trim();
  return (/^(["'])(.*)\1$/.exec(bare)?.[2] ?? bare).replace(/\\(.)/g, "$1");
}
