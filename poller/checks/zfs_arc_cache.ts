import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { type Levels, NEVER_BELOW, scaled } from "../judge/levels.ts";
import { counter, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

/** Named as the kernel names them: hits and misses since boot, sizes in bytes. */
export type ArcStats = ReadonlyMap<string, number>;

interface Params {
  readonly hits: Levels;
  readonly l2Hits: Levels;
}

const COUNTERS = [
  ["hits", "Reads that the cache could answer."],
  ["misses", "Reads that the cache could not answer."],
  ["demand_data_hits", "Reads of data that the cache could answer."],
  ["demand_data_misses", "Reads of data that the cache could not answer."],
  ["demand_metadata_hits", "Reads of metadata that the cache could answer."],
  ["demand_metadata_misses", "Reads of metadata that the cache could not answer."],
] as const;

const SIZES = [
  ["size", "node_zfs_arcstats_size_bytes", "Size of the cache."],
  ["c", "node_zfs_arcstats_c_bytes", "Size that the cache aims at."],
  ["c_min", "node_zfs_arcstats_c_min_bytes", "Size below which the cache does not shrink."],
  ["c_max", "node_zfs_arcstats_c_max_bytes", "Size above which the cache does not grow."],
  ["arc_meta_used", "roundsman_zfs_arc_metadata_used_bytes", "Metadata in the cache."],
  ["arc_meta_limit", "roundsman_zfs_arc_metadata_limit_bytes", "Metadata that there may be."],
  ["arc_meta_max", "roundsman_zfs_arc_metadata_max_bytes", "Most metadata that there ever was."],
  ["l2_size", "roundsman_zfs_arc_l2_size_bytes", "Size of the cache on fast disks."],
] as const;

const L2_COUNTERS = [
  ["l2_hits", "Reads that fast disks could answer."],
  ["l2_misses", "Reads that fast disks could not answer."],
] as const;

const KNOWN: ReadonlySet<string> = new Set([
  ...[...COUNTERS, ...SIZES, ...L2_COUNTERS].map(([name]) => name),
  ...["data", "metadata"].flatMap((kind) => [`prefetch_${kind}_hits`, `prefetch_${kind}_misses`]),
]);

/**
 * The cache of ZFS, in memory and on fast disks.
 *
 * Section: zfs_arc_cache   Source: kstat.zfs.misc.arcstats of sysctl(8) on FreeBSD; kstat(1M)
 * Systems: FreeBSD, Solaris
 * Params: hits, l2Hits: ratio of the reads since boot, lower
 */
export const zfsArcCache: Check<ArcStats, Params> = {
  section: "zfs_arc_cache",
  params: { hits: NEVER_BELOW, l2Hits: NEVER_BELOW },

  parse(rows) {
    const stats = new Map<string, number>();
    for (const [name = "", equals, text] of rows) {
      const value = equals === "=" ? integer(text) : undefined;
      if (value !== undefined && KNOWN.has(name)) stats.set(name, value);
    }
    return stats.size === 0 ? undefined : stats;
  },

  metrics: [
    ...COUNTERS.map(([name, help]) =>
      counter(`node_zfs_arcstats_${name}_total`, help, (stats: ArcStats) => stats.get(name)),
    ),
    ...L2_COUNTERS.map(([name, help]) =>
      counter(`roundsman_zfs_arc_${name}_total`, help, (stats: ArcStats) => stats.get(name)),
    ),
    ...SIZES.map(([name, metric, help]) =>
      gauge(metric, help, (stats: ArcStats) => stats.get(name)),
    ),
  ],

  *evaluate(stats, { params }) {
    const size = (text: string, name: string): Finding[] =>
      found(text, { name, value: stats.get(name), min: 0 }, bytes);
    yield conclude("ZFS arc cache", [
      ...hitRatio("Hit ratio", stats, "", params.hits),
      ...hitRatio("Prefetch data hit ratio", stats, "prefetch_data_"),
      ...hitRatio("Prefetch metadata hit ratio", stats, "prefetch_metadata_"),
      ...size("Cache size", "size"),
      ...size("Arc meta used", "arc_meta_used"),
      ...size("Arc meta limit", "arc_meta_limit"),
      ...size("Arc meta max", "arc_meta_max"),
    ]);
    // A host without such disks says 0.
    if ((stats.get("l2_size") ?? 0) > 0)
      yield conclude("ZFS arc cache L2", [
        ...hitRatio("L2 hit ratio", stats, "l2_", params.l2Hits),
        ...size("L2 size", "l2_size"),
      ]);
  },
};

/** Nothing where nothing was read yet. */
function hitRatio(text: string, stats: ArcStats, prefix: string, lower = NEVER_BELOW): Finding[] {
  const [hits, misses] = [stats.get(`${prefix}hits`), stats.get(`${prefix}misses`)];
  if (hits === undefined || misses === undefined || hits + misses <= 0) return [];
  const value = (hits / (hits + misses)) * 100;
  const levels = { lower: scaled(lower, 100) };
  const perf = { name: `${prefix}hit_ratio`, value, levels, min: 0, max: 100 };
  return found(text, perf, (share) => percent(share / 100));
}
