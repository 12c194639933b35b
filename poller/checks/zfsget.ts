import type { Check, Rows } from "../judge/check.ts";
import { each, gauge, of } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { df, type Filesystem, filesystemMetrics, type Filesystems, type Params } from "./df.ts";

export interface Zfs {
  readonly datasets: readonly Dataset[];
  /** As df shows them: what a data set holds itself, without its children and snapshots. */
  readonly mounted: Filesystems;
}

export interface Dataset {
  readonly name: string;
  /** `filesystem`, `volume`. */
  readonly kind: string;
  /** Not always a path: `none`, `legacy`, `-`. */
  readonly mountpoint: string;
  /** Bytes, with those of children and snapshots. */
  readonly used?: number | undefined;
  readonly available?: number | undefined;
  /** Absent where there is none. */
  readonly quota?: number | undefined;
}

/**
 * Space of ZFS: of data sets that have a mount point, and of what else df lists.
 *
 * Section: zfsget   Source: `zfs get -Hp name,quota,used,avail,mountpoint,type` (zfs-get(8)), under
 *          `[df]` df(1)
 * Systems: Linux, FreeBSD
 * Params: as those of df
 */
export const zfsget: Check<Zfs, Params> = {
  section: "zfsget",
  params: df.params,

  parse(rows) {
    const { properties, table } = halves(rows);
    const zfs = { datasets: readDatasets(properties), mounted: readTable(table) };
    return zfs.datasets.length + zfs.mounted.length === 0 ? undefined : zfs;
  },

  metrics: [
    of((zfs: Zfs) => zfs.mounted, filesystemMetrics),
    each((zfs: Zfs) => zfs.datasets, { dataset: (one) => one.name, kind: (one) => one.kind }, [
      gauge(
        "roundsman_zfs_used_bytes",
        "Bytes of a data set, its children and snapshots.",
        (one) => one.used,
      ),
      gauge(
        "roundsman_zfs_available_bytes",
        "Bytes that a data set may still take.",
        (one) => one.available,
      ),
      gauge(
        "roundsman_zfs_quota_bytes",
        "Bytes that a data set may take in all.",
        (one) => one.quota,
      ),
    ]),
  ],

  evaluate: (zfs, { params, at }) => df.evaluate(filesystems(zfs), { params, at }),
};

/** A data set's own words win over those of df. */
function filesystems({ datasets, mounted }: Zfs): Filesystems {
  const byPlace = new Map(mounted.map((one) => [one.mountpoint, one]));
  for (const { name, kind, mountpoint, used, available, quota } of datasets) {
    if (kind !== "filesystem" || !mountpoint.startsWith("/")) continue;
    if (used === undefined || available === undefined) continue;
    byPlace.set(mountpoint, {
      device: name,
      fstype: "zfs",
      mountpoint,
      size: quota ?? used + available,
      used,
      available: quota === undefined ? available : Math.max(0, quota - used),
    });
  }
  return [...byPlace.values()];
}

/** What stands before `[df]`, and behind it. */
function halves(rows: Rows) {
  const [properties, table]: [string[], string[]] = [[], []];
  let current = properties;
  for (const line of rows.lines())
    if (line === "[df]") current = table;
    else if (line === "[zfs]") current = properties;
    else current.push(line);
  return { properties, table };
}

/** `DATASET TAB PROPERTY TAB VALUE TAB SOURCE`. */
function readDatasets(lines: readonly string[]): Dataset[] {
  const found = new Map<string, Map<string, string>>();
  for (const line of lines) {
    const [name = "", property = "", value] = line.split("\t");
    if (value === undefined) continue;
    const properties = found.get(name) ?? new Map<string, string>();
    found.set(name, properties.set(property, value));
  }
  return Array.from(found, ([name, properties]) => {
    const size = (property: string): number | undefined => integer(properties.get(property));
    return {
      name,
      kind: properties.get("type") ?? "",
      mountpoint: properties.get("mountpoint") ?? "",
      used: size("used"),
      available: size("available"),
      quota: size("quota") === 0 ? undefined : size("quota"),
    };
  });
}

const PERCENT = /^(\d+%|-)$/;
const KIBIBYTE = 1024;

/** Lines of df in KiB, with the type of the file system or without; names may hold blanks. */
function readTable(lines: readonly string[]): Filesystem[] {
  const found = new Map<string, Filesystem>();
  for (const line of lines) {
    const words = line.split(/\s+/);
    const use = words.findIndex(
      (word, at) =>
        at >= 4 &&
        PERCENT.test(word) &&
        words.slice(at - 3, at).every((number) => integer(number) !== undefined),
    );
    if (use < 0 || use === words.length - 1) continue;
    const [size = 0, used = 0, available = 0] = words.slice(use - 3, use).map(Number);
    const before = words.slice(0, use - 3);
    const isTyped = before.length > 1 && before.at(-1) === "zfs";
    const mountpoint = words.slice(use + 1).join(" ");
    found.set(mountpoint, {
      device: (isTyped ? before.slice(0, -1) : before).join(" "),
      fstype: isTyped ? "zfs" : "",
      mountpoint,
      size: size * KIBIBYTE,
      used: used * KIBIBYTE,
      available: available * KIBIBYTE,
    });
  }
  return [...found.values()];
}
