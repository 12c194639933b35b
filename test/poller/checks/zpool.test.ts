import { expect, test } from "vitest";
import { zpool } from "../../../poller/checks/zpool.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const TITLES = "NAME SIZE ALLOC FREE CKPOINT EXPANDSZ FRAG CAP DEDUP HEALTH ALTROOT";
const parse = (...lines: string[]) => zpool.parse(rows(...lines));
const pool = (allocated: string, health = "ONLINE") =>
  parse(TITLES, `tank 10G ${allocated} 5.00G - - 3% 50% 1.00x ${health} -`);

test.each([
  ["5.00G", OK],
  ["8.00G", WARN],
  ["9.5G", CRIT],
])("a pool of 10G with %s in use is of state %d", (allocated, state) => {
  expect(judged(zpool, pool(allocated))[0]).toMatchObject({
    service: "Storage Pool tank",
    item: "tank",
    state,
  });
});

test("its space is told", () => {
  const [result] = judged(zpool, pool("5.00G"));
  expect(result?.summary).toBe("Used: 50% - 5 GiB of 10 GiB, ONLINE");
  expect(perfdata(result)).toMatchObject({ fs_used: 5 * 2 ** 30, fs_size: 10 * 2 ** 30 });
});

test("space, fragmentation and state are exported", () => {
  const lines = sampleLines(samples(zpool, pool("512K", "DEGRADED")));
  expect(lines.slice(0, 4)).toEqual([
    'roundsman_zpool_size_bytes{zpool="tank"} 10737418240',
    'roundsman_zpool_allocated_bytes{zpool="tank"} 524288',
    'roundsman_zpool_free_bytes{zpool="tank"} 5368709120',
    'roundsman_zpool_fragmentation_ratio{zpool="tank"} 0.03',
  ]);
  expect(lines).toContain('node_zfs_zpool_state{zpool="tank",state="degraded"} 1');
  expect(lines.filter((line) => line.startsWith("node_zfs_zpool_state{"))).toHaveLength(7);
});

test("older releases have fewer columns", () => {
  expect(parse("NAME SIZE ALLOC FREE CAP", "tank 1T 512G 512G 50%")).toMatchObject([
    { size: 2 ** 40, allocated: 2 ** 39, health: "" },
  ]);
});

test("a host without pools has no section", () => {
  expect(parse("no pools available")).toBeUndefined();
});
