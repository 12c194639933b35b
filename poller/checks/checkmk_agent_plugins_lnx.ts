import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { each, gauge } from "../judge/metrics.ts";

/** Executables that the agent runs. */
export interface Scripts {
  readonly plugins: readonly Script[];
  readonly local: readonly Script[];
}

export interface Script {
  /** Below the folder of its kind: `300/backup`. */
  readonly name: string;
  /** Empty where it does not say. */
  readonly version: string;
}

const SCRIPT = /^(\S.*?):(?:CMK_VERSION|__version__)\b[^=]{0,40}=(.*)$/;

/**
 * Which plugins and local checks an agent has, and their versions.
 *
 * Section: checkmk_agent_plugins_lnx   Source: the agent: `pluginsdir PATH`, `localdir PATH`, then a
 *          line `PATH:CMK_VERSION="VERSION"` for each
 * Params: none
 */
export const checkmkAgentPluginsLnx: Check<Scripts> = {
  section: "checkmk_agent_plugins_lnx",
  params: {},

  parse(rows) {
    const folders = new Map<string, string>();
    const plugins = new Map<string, Script>();
    const local = new Map<string, Script>();
    for (const line of rows.lines()) {
      const [, path, assigned = ""] = SCRIPT.exec(line) ?? [];
      if (path === undefined) {
        const [key = "", folder = ""] = line.split(/ (.*)/s, 2);
        folders.set(key, `${folder}/`);
        continue;
      }
      const localFolder = folders.get("localdir") ?? "/local/";
      const isLocal = path.startsWith(localFolder);
      const folder = isLocal ? localFolder : (folders.get("pluginsdir") ?? "/");
      const name = path.startsWith(folder) ? path.slice(folder.length) : path;
      (isLocal ? local : plugins).set(name, { name, version: versionOf(assigned) });
    }
    if (folders.size === 0) return undefined;
    return { plugins: [...plugins.values()], local: [...local.values()] };
  },

  metrics: [
    each(
      ({ plugins, local }: Scripts) => [
        { kind: "plugin", count: plugins.length },
        { kind: "local", count: local.length },
      ],
      { kind: ({ kind }) => kind },
      [gauge("roundsman_agent_scripts", "Executables that the agent runs.", ({ count }) => count)],
    ),
  ],

  *evaluate({ plugins, local }) {
    yield conclude("Agent plugins", [
      { text: plural(plugins.length, "plugin") },
      { text: plural(local.length, "local check") },
      ...[...plugins, ...local].map(({ name, version }) => ({
        text: version === "" ? name : `${name}: ${version}`,
        quiet: true,
      })),
    ]);
  },
};

function versionOf(assigned: string): string {
  const version = assigned.trim().replace(/^["']|["'].*$/g, "");
  return version === "unversioned" ? "" : version;
}
