import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import type { Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { space } from "../readings/space.ts";

export interface Pool {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly allocated: number;
  readonly free: number;
  /** Ratio of the free space that is in small pieces. */
  readonly fragmentation?: number | undefined;
  /** `ONLINE`, `DEGRADED` …; empty where it is not told. */
  readonly health: string;
}

interface Params {
  readonly used: Levels;
}

const STATES = [
  "online",
  "degraded",
  "faulted",
  "offline",
  "removed",
  "unavail",
  "suspended",
] as const;

/**
 * Space of ZFS pools; how they are otherwise is judged by `zpool_status`.
 *
 * Section: zpool   Source: `zpool list` (zpool-list(8))
 * Systems: Linux, FreeBSD
 * Params: used: ratio of the size
 */
export const zpool: Check<readonly Pool[], Params> = {
  section: "zpool",
  params: { used: { warn: 0.8, crit: 0.9 } },

  parse(rows) {
    const [titles = [], ...table] = rows;
    const found = new Map<string, Pool>();
    for (const row of table) {
      const cells = new Map(titles.map((title, column) => [title, row[column] ?? ""]));
      const [name = ""] = row;
      const size = sizeOf(cells.get("SIZE"));
      const allocated = sizeOf(cells.get("ALLOC"));
      if (size === undefined || allocated === undefined) continue;
      const percent = decimal(cells.get("FRAG")?.replace(/%$/, ""));
      found.set(name, {
        name,
        size,
        allocated,
        free: sizeOf(cells.get("FREE")) ?? Math.max(0, size - allocated),
        fragmentation: percent === undefined ? undefined : percent / 100,
        health: cells.get("HEALTH") ?? "",
      });
    }
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((pools: readonly Pool[]) => pools, { zpool: (pool) => pool.name }, [
      gauge("roundsman_zpool_size_bytes", "Size of a ZFS pool.", (pool) => pool.size),
      gauge("roundsman_zpool_allocated_bytes", "Bytes in use in a pool.", (pool) => pool.allocated),
      gauge("roundsman_zpool_free_bytes", "Free bytes in a pool.", (pool) => pool.free),
      gauge(
        "roundsman_zpool_fragmentation_ratio",
        "How much of a pool's free space is in small pieces.",
        (pool) => pool.fragmentation,
      ),
    ]),
    each(
      (pools: readonly Pool[]) =>
        pools.flatMap((pool) =>
          pool.health === "" ? [] : STATES.map((state) => ({ pool, state })),
        ),
      { zpool: ({ pool }) => pool.name, state: ({ state }) => state },
      [
        gauge("node_zfs_zpool_state", "1 for the state that a ZFS pool is in.", (one) =>
          Number(one.pool.health.toLowerCase() === one.state),
        ),
      ],
    ),
  ],

  *evaluate(pools, { params }) {
    for (const { name, size, allocated, health } of pools)
      yield conclude(
        `Storage Pool ${name}`,
        [...space(size, size - allocated, params.used), { text: health }],
        name,
      );
  },
};

const SIZE = /^(\d{1,15}(?:\.\d{1,9})?)([BKMGTPE]?)$/;

/** Bytes of `9.50G`, `512M`. */
function sizeOf(text = ""): number | undefined {
  const [, count, unit = ""] = SIZE.exec(text) ?? [];
  return count === undefined
    ? undefined
    : Math.round(Number(count) * 1024 ** Math.max(0, "BKMGTPE".indexOf(unit)));
}
