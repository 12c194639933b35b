import { expect, test } from "vitest";
import { zfsArcCache } from "../../../poller/checks/zfs_arc_cache.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => zfsArcCache.parse(rows(...lines));
const CACHE = [
  "hits = 900",
  "misses = 100",
  "prefetch_data_hits = 1",
  "prefetch_data_misses = 3",
  "size = 1048576",
  "arc_meta_used = 2048",
  "arc_meta_limit = 4096",
  "memory_throttle_count = 0",
];

test("the cache tells how often it helped, and how large it is", () => {
  const [result, ...more] = judged(zfsArcCache, parse(...CACHE, "l2_size = 0"));
  expect(more).toEqual([]);
  expect(result).toMatchObject({
    service: "ZFS arc cache",
    state: OK,
    summary:
      "Hit ratio: 90%, Prefetch data hit ratio: 25%, Cache size: 1 MiB, Arc meta used: 2 KiB, Arc meta limit: 4 KiB",
  });
  expect(perfdata(result)).toEqual({
    hit_ratio: 90,
    prefetch_data_hit_ratio: 25,
    size: 1_048_576,
    arc_meta_used: 2048,
    arc_meta_limit: 4096,
  });
});

test("levels are a lower ratio", () => {
  const params = { hits: { warn: 0.95, crit: 0.5 } };
  expect(judged(zfsArcCache, parse(...CACHE), { params })[0]).toMatchObject({ state: WARN });
});

test("a cache on fast disks is a service of its own, where there is one", () => {
  const data = parse(...CACHE, "l2_hits = 1", "l2_misses = 1", "l2_size = 4096");
  expect(judged(zfsArcCache, data)[1]).toMatchObject({
    service: "ZFS arc cache L2",
    summary: "L2 hit ratio: 50%, L2 size: 4 KiB",
  });
});

test("a cache that nobody used yet has no ratio", () => {
  const data = parse("hits = 0", "misses = 0", "size = 0");
  expect(judged(zfsArcCache, data)[0]?.summary).toBe("Cache size: 0 B");
});

test("counters and sizes are exported as node_exporter names them, where it does", () => {
  expect(sampleLines(samples(zfsArcCache, parse(...CACHE)))).toEqual([
    "node_zfs_arcstats_hits_total 900",
    "node_zfs_arcstats_misses_total 100",
    "node_zfs_arcstats_size_bytes 1048576",
    "roundsman_zfs_arc_metadata_used_bytes 2048",
    "roundsman_zfs_arc_metadata_limit_bytes 4096",
  ]);
});

test("nothing known, nothing said", () => {
  expect(parse("memory_throttle_count = 0", "hits 5", "size = much")).toBeUndefined();
});
