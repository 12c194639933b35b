/**
 * The folders of plugins and local checks, and which version each of these is: `PATH:CMK_VERSION="1.2"`.
 *
 * Source: the assignment to CMK_VERSION or __version__ in the first 64 KiB of each
 */
import { INTERVAL, scriptNames } from "../scripts/folders.ts";
import { printable } from "../readings/printable.ts";
import type { AgentSection, System } from "../section.ts";
import type { Facts } from "./check_mk.ts";

const HOLDS_SECONDS = 60;
const LOOK_BYTES = 64 * 1024;
const VERSION = /^(?:CMK_VERSION|__version__)\b.{0,200}/m;
const UNVERSIONED = `CMK_VERSION="unversioned"`;

export const checkmkAgentPluginsLnx = ({ pluginsDir, localDir }: Facts): AgentSection => ({
  name: "checkmk_agent_plugins_lnx",
  separator: 0,
  collect: (system) =>
    system.memo("plugin versions", { seconds: HOLDS_SECONDS }, async () => {
      const lines = [`pluginsdir ${pluginsDir}`, `localdir ${localDir}`];
      const paths = [pluginsDir, localDir].flatMap((folder) => scriptsOf(system, folder));
      await system.eachInTurns(paths, (path) => {
        const version = VERSION.exec(system.readOnce(path, LOOK_BYTES) ?? "")?.[0];
        lines.push(`${path}:${version ?? UNVERSIONED}`);
      });
      return lines.map((line) => `${printable(line)}\n`).join("");
    }),
});

/** Those that run in time for a report, then those with an interval. */
function scriptsOf(system: System, folder: string): string[] {
  const names = scriptNames(system.list(folder));
  const below = names
    .filter((name) => INTERVAL.test(name))
    .flatMap((name) => {
      const scripts = scriptNames(system.list(`${folder}/${name}`));
      return scripts.map((script) => `${name}/${script}`);
    });
  const paths = [...names, ...below].map((name) => `${folder}/${name}`);
  return paths.filter((path) => system.isExecutable(path));
}
