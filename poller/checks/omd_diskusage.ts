import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytes } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { bySite, orNothing } from "../readings/sites.ts";

export interface Usage {
  readonly site: string;
  /** Bytes. */
  readonly total?: number | undefined;
  /** Bytes by folder, those of `FOLDERS`. */
  readonly folders: ReadonlyMap<string, number>;
}

type Usages = ReadonlyMap<string, Usage>;

interface Params {
  readonly total: Levels;
}

/** Folders of a site, and their names in perfdata. */
const FOLDERS: ReadonlyMap<string, { readonly label: string; readonly perf: string }> = new Map([
  ["local", { label: "Local", perf: "omd_local_size" }],
  ["tmp", { label: "Tmp", perf: "omd_tmp_size" }],
  ["var/check_mk/agents", { label: "Agents", perf: "omd_agents_size" }],
  ["var/check_mk/core", { label: "Core", perf: "omd_core_size" }],
  ["var/check_mk/inventory_archive", { label: "Inventory", perf: "omd_inventory_size" }],
  ["var/check_mk/rrd", { label: "RRDs", perf: "omd_rrd_size" }],
  ["var/log", { label: "Logs", perf: "omd_log_size" }],
  ["var/mkeventd/history", { label: "History", perf: "omd_history_size" }],
  ["var/pnp4nagios", { label: "PNP4Nagios", perf: "omd_pnp4nagios_size" }],
]);

const LINE = /^(\d{1,18})\s+(\/.*)$/;

/**
 * How much room the sites of a monitoring server take.
 *
 * Section: omd_diskusage   Source: du(1), bytes of a site and of some of its folders
 * Params: total: bytes
 */
export const omdDiskusage: Check<Usages, Params> = {
  section: "omd_diskusage",
  params: { total: NEVER },

  parse(rows) {
    const lines = Array.from(rows.lines(), (line) => [line]);
    const usages = new Map<string, Usage>();
    for (const [site, own] of bySite(lines)) usages.set(site, readUsage(site, own.flat()));
    return orNothing(usages);
  },

  metrics: [
    each((usages: Usages) => usages.values(), { site: ({ site }) => site }, [
      gauge("roundsman_omd_site_size_bytes", "Room that a site takes.", ({ total }) => total),
    ]),
    each(
      (usages: Usages) =>
        [...usages.values()].flatMap(({ site, folders }) =>
          Array.from(folders, ([folder, size]) => ({ site, folder, size })),
        ),
      { site: ({ site }) => site, folder: ({ folder }) => folder },
      [
        gauge(
          "roundsman_omd_folder_size_bytes",
          "Room that a folder of a site takes.",
          (one) => one.size,
        ),
      ],
    ),
  ],

  *evaluate(usages, { params }) {
    for (const { site, total, folders } of usages.values()) {
      const parts = [...FOLDERS].flatMap(([folder, { label, perf }]) =>
        found(label, { name: perf, value: folders.get(folder) }, bytes),
      );
      yield conclude(
        `OMD ${site} disk usage`,
        [
          ...(total === undefined ? [{ text: "its size is not known" }] : []),
          ...found(
            "Total",
            { name: "omd_size", value: total, levels: { upper: params.total } },
            bytes,
          ),
          ...parts.map((part) => ({ ...part, quiet: true })),
        ],
        site,
      );
    }
  },
};

function readUsage(site: string, lines: readonly string[]): Usage {
  const home = `/omd/sites/${site}`;
  const folders = new Map<string, number>();
  let total: number | undefined;
  for (const line of lines) {
    const [, digits, path = ""] = LINE.exec(line) ?? [];
    const size = integer(digits);
    if (size === undefined || !path.startsWith(home)) continue;
    const folder = path.slice(home.length).split("/").filter(Boolean).join("/");
    if (folder === "") total = size;
    else if (FOLDERS.has(folder)) folders.set(folder, size);
  }
  return { site, total, folders };
}
