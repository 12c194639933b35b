import { checkmkAgentPluginsLnx, type Script } from "./checkmk_agent_plugins_lnx.ts";

/**
 * Which plugins and local checks an agent has, and their versions.
 *
 * Section: checkmk_agent_plugins_win   Source: the Windows agent: `pluginsdir PATH`, `localdir PATH`,
 *          then a line `PATH:CMK_VERSION = "VERSION"` for each
 * Systems: Windows
 * Params: none
 */
export const checkmkAgentPluginsWin: typeof checkmkAgentPluginsLnx = {
  ...checkmkAgentPluginsLnx,
  section: "checkmk_agent_plugins_win",

  parse(rows) {
    const folders = new Map<string, string>();
    const scripts = new Map<string, Script & { readonly isLocal: boolean }>();
    for (const line of rows.lines()) {
      // The first colon of a path is that of its drive.
      const colon = line.indexOf(":", DRIVE.test(line) ? 2 : 0);
      const [key = "", folder = ""] = line.split(/ (.*)/s, 2);
      if (key === "pluginsdir" || key === "localdir") folders.set(key, folder.trim());
      else if (colon > 0 && folders.size > 0) {
        const path = line.slice(0, colon);
        const local = below(path, folders.get("localdir"));
        const name = local ?? below(path, folders.get("pluginsdir")) ?? path;
        scripts.set(path.toLowerCase(), {
          name,
          version: versionOf(line.slice(colon + 1)),
          isLocal: local !== undefined,
        });
      }
    }
    if (folders.size === 0) return undefined;
    const all = [...scripts.values()];
    const ofKind = (kind: boolean): Script[] =>
      all.filter(({ isLocal }) => isLocal === kind).map(({ name, version }) => ({ name, version }));
    return { plugins: ofKind(false), local: ofKind(true) };
  },
};

const DRIVE = /^[A-Za-z]:[\\/]/;
const MAX_ASSIGNMENT_LENGTH = 500;
const VERSION = /(?:CMK_VERSION|__version__)[ \t]*=(.*)$/;

/** Case does not matter in paths of Windows. */
function below(path: string, folder: string | undefined): string | undefined {
  if (folder === undefined || folder === "") return undefined;
  const isBelow = path.toLowerCase().startsWith(`${folder.toLowerCase()}\\`);
  return isBelow ? path.slice(folder.length + 1) : undefined;
}

/** Of `CMK_VERSION = "2.9.9"`, in the ways of many languages. */
function versionOf(assignment: string): string {
  const [, value = ""] = VERSION.exec(assignment.slice(0, MAX_ASSIGNMENT_LENGTH)) ?? [];
  const version = value.trim().replace(/^["']|["';].*$/g, "");
  return version === "unversioned" ? "" : version;
}
