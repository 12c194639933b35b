import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { plural } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { NEVER_BELOW } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { type Filesystem, space, type SpaceParams } from "../readings/filesystems.ts";
import { windowsVolumeMetrics } from "../readings/windows_volumes.ts";

export type { Filesystem };

/** Each mount point once. */
export type Filesystems = readonly Filesystem[];

interface Group {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[] | undefined;
}

export interface Params extends SpaceParams {
  readonly groups: readonly Group[];
  readonly ignore: { readonly fstypes: readonly string[]; readonly mountpoints: readonly string[] };
}

export const filesystemMetrics = each(
  (filesystems: Filesystems) => filesystems.filter(({ volume }) => volume === undefined),
  {
    device: (one) => one.device,
    fstype: (one) => one.fstype,
    mountpoint: (one) => one.mountpoint,
  },
  [
    gauge("node_filesystem_size_bytes", "Size in bytes.", (one) => one.size),
    gauge(
      "node_filesystem_free_bytes",
      "Free bytes, with those that only root may use.",
      (one) => one.size - one.used,
    ),
    gauge("node_filesystem_avail_bytes", "Free bytes for anyone.", (one) => one.available),
    gauge("node_filesystem_files", "Number of inodes.", (one) => one.inodes?.total),
    gauge("node_filesystem_files_free", "Number of free inodes.", (one) => one.inodes?.free),
  ],
);

const GROUP: Group = { name: "", include: [""] };

/**
 * Space and inodes of file systems.
 *
 * Section: df   Source: df(1): `df -PTlk`, `df -PTli`; the Windows agent, the same between tabs
 * Systems: Linux, Windows, FreeBSD, macOS, OpenWrt
 * Params: used: ratio of the size, or bytes from 2 on; free: likewise, lower, and besides; inodes: free
 * ones as a ratio of all, or how many from 2 on, lower; magic: levels of `used` are meant for a file system of `normsize` bytes and
 * are raised for larger, lowered for smaller ones, the more the smaller `factor` (1: not at all),
 * never below `low`; reserved: what only root may use is shown, or taken from size and used;
 * groups: mount points (`*`, `?`) judged as one; ignore: what gets no service
 */
export const df: Check<Filesystems, Params> = {
  section: "df",
  params: {
    used: { warn: 0.8, crit: 0.9 },
    free: NEVER_BELOW,
    inodes: { warn: 0.1, crit: 0.05 },
    magic: { factor: 1, normsize: 20 * 2 ** 30, low: { warn: 0.5, crit: 0.6 } },
    reserved: { show: false, subtract: false },
    groups: [],
    ignore: {
      // Those that cannot be written to are full by nature.
      fstypes: [
        ...["tmpfs", "nfs", "smbfs", "cifs"],
        ...["iso9660", "udf", "squashfs", "erofs", "CDFS", "UDF"],
      ],
      mountpoints: ["/dev", "/var/lib/docker/*", "/var/lib/containers/*"],
    },
  },
  example: {
    free: { warn: 0.2, crit: 0.1 },
    groups: [GROUP, { ...GROUP, exclude: [""] }],
  },

  parse(rows) {
    const found = new Map<string, Filesystem>();
    let block = "";
    for (const row of rows) {
      const [, name, side] = BLOCK.exec(row[0] ?? "") ?? [];
      if (name !== undefined) block = side === "start" ? name : "";
      const line = name === undefined ? columns(row) : undefined;
      if (line === undefined) continue;
      const { total, used, free, ...place } = line;
      if (block === "")
        found.set(place.mountpoint, {
          size: total * 1024,
          used: used * 1024,
          available: free * 1024,
          ...place,
        });
      const known = found.get(place.mountpoint);
      if (block === "df_inodes" && known)
        found.set(place.mountpoint, { inodes: { total, free }, ...known });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [filesystemMetrics, ...windowsVolumeMetrics],

  *evaluate(filesystems, { params }) {
    const { groups, ignore } = params;
    const shown = filesystems.filter(
      ({ fstype, mountpoint, size }) =>
        size > 0 && !ignore.fstypes.includes(fstype) && !matchesAny(mountpoint, ignore.mountpoints),
    );
    const grouped = new Set<Filesystem>();
    for (const { name, include, exclude = [] } of groups) {
      const members = shown.filter(
        ({ mountpoint }) => matchesAny(mountpoint, include) && !matchesAny(mountpoint, exclude),
      );
      for (const member of members) grouped.add(member);
      if (members.length === 0) continue;
      const text = plural(members.length, "filesystem");
      yield conclude(`Filesystem ${name}`, [...space(members, params), { text }], name);
    }
    const single = new Map<string, Filesystem>();
    for (const one of shown.filter((filesystem) => !grouped.has(filesystem))) {
      // Every subvolume shows the numbers of the whole.
      const item = one.fstype === "btrfs" ? `btrfs ${one.device}` : one.mountpoint;
      if (!single.has(item)) single.set(item, one);
    }
    for (const [item, one] of single)
      yield conclude(`Filesystem ${item}`, space([one], params), item);
  },
};

const BLOCK = /^\[(\w+)_(start|end)\]$/;
const USE = /^(\d+%|-)$/;
const DRIVE = /^[A-Za-z]:\\/;

/**
 * The columns that both calls of df have in common. Names of devices and mount points may hold
 * blanks: the percentage, with three numbers before it, tells where they end. Where df knows no types
 * only the device stands before the numbers.
 */
function columns(row: readonly string[]) {
  const use = row.findIndex(
    (cell, at) =>
      at >= 4 && USE.test(cell) && row.slice(at - 3, at).every((one) => integer(one) !== undefined),
  );
  if (use < 0 || use === row.length - 1) return undefined;
  const [total = 0, used = 0, free = 0] = row.slice(use - 3, use).map((cell) => integer(cell) ?? 0);
  const mountpoint = row.slice(use + 1).join(" ");
  const before = row.slice(0, use - 3);
  const place = {
    device: (before.length > 1 ? before.slice(0, -1) : before).join(" "),
    fstype: before.length > 1 ? (before.at(-1) ?? "") : "",
  };
  const numbers = { total, used, free, ...place };
  if (!DRIVE.test(mountpoint)) return { mountpoint, ...numbers };
  const volume = mountpoint.replace(/\\$/, "");
  return { mountpoint: mountpoint.replaceAll("\\", "/"), volume, ...numbers };
}
