import type { Check } from "../judge/check.ts";
import { each, gauge } from "../judge/metrics.ts";

export interface Installation {
  readonly versions: readonly Version[];
  readonly sites: readonly Site[];
}

interface Version {
  /** In full, as sites name it: `9.1.0p2.cre`. */
  readonly version: string;
  readonly edition: string;
}

interface Site {
  readonly name: string;
  readonly version: string;
  /** Whether it starts with the host; absent where nothing is said. */
  readonly startsItself?: boolean | undefined;
}

/**
 * Which versions of Checkmk a monitoring server has, and which its sites use; no service comes of it.
 *
 * Section: omd_info   Source: `omd versions`, `omd sites`, as tables below `[versions]` and `[sites]`
 * Params: none
 */
export const omdInfo: Check<Installation> = {
  section: "omd_info",
  params: {},

  parse(rows) {
    const versions = new Map<string, Version>();
    const sites = new Map<string, Site>();
    for (const { table, row } of tables(rows)) {
      const name = row.get(table === "sites" ? "site" : "version") ?? "";
      if (name === "") continue;
      if (table === "versions")
        versions.set(name, { version: name, edition: row.get("edition") ?? "" });
      else if (table === "sites") {
        const autostart = row.get("autostart");
        const startsItself = autostart === undefined ? undefined : autostart === "1";
        sites.set(name, { name, version: row.get("used_version") ?? "", startsItself });
      }
    }
    if (versions.size + sites.size === 0) return undefined;
    return { versions: [...versions.values()], sites: [...sites.values()] };
  },

  metrics: [
    each(
      ({ versions }: Installation) => versions,
      { version: ({ version }) => version, edition: ({ edition }) => edition },
      [gauge("roundsman_omd_version_info", "A version that is installed; always 1.", () => 1)],
    ),
    each(
      ({ sites }: Installation) => sites,
      { site: ({ name }) => name, version: ({ version }) => version },
      [gauge("roundsman_omd_site_info", "The version that a site uses; always 1.", () => 1)],
    ),
    each(({ sites }: Installation) => sites, { site: ({ name }) => name }, [
      gauge("roundsman_omd_site_autostart", "Whether a site starts with its host.", (site) =>
        site.startsItself === undefined ? undefined : Number(site.startsItself),
      ),
    ]),
  ],

  evaluate: () => [],
};

/** Rows by the titles of their columns, under the name of their table. */
function* tables(rows: Iterable<readonly string[]>) {
  let table = "";
  let titles: readonly string[] | undefined;
  for (const row of rows) {
    const [, name] = row.length === 1 ? (/^\[(\w{1,40})\]$/.exec(row[0] ?? "") ?? []) : [];
    if (name !== undefined) {
      table = name;
      titles = undefined;
    } else if (titles === undefined) titles = row;
    else yield { table, row: new Map(titles.map((title, column) => [title, row[column] ?? ""])) };
  }
}
