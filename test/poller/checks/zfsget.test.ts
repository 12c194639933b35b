import { expect, test } from "vitest";
import { zfsget } from "../../../poller/checks/zfsget.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (properties: readonly string[], table: readonly string[] = []) =>
  zfsget.parse(
    sectionRows(
      ["<<<zfsget:sep(9)>>>", ...properties, "<<<zfsget>>>", "[df]", ...table, ""].join("\n"),
    ),
  );
const dataset = (
  name: string,
  { used = 600, available = 400, quota = 0, mountpoint = `/${name}`, type = "filesystem" } = {},
) =>
  Object.entries({ used, available, quota, mountpoint, type }).map(
    ([property, value]) => `${name}\t${property}\t${value}\t-`,
  );

test("data sets with a mount point are services, judged as other file systems are", () => {
  const [result] = judged(zfsget, parse(dataset("tank/our home")));
  expect(result).toMatchObject({
    service: "Filesystem /tank/our home",
    item: "/tank/our home",
    state: OK,
  });
  expect(perfdata(result)).toEqual({
    fs_used: 600,
    fs_free: 400,
    fs_used_percent: 60,
    fs_size: 1000,
  });
});

test.each([
  [{ used: 800, available: 200 }, WARN],
  [{ used: 900, available: 100 }, CRIT],
  [{ used: 800, available: 200, quota: 2000 }, OK],
  [{ used: 950, available: 9000, quota: 1000 }, CRIT],
])("with %j the state is %d", (given, state) => {
  expect(judged(zfsget, parse(dataset("tank", given)))[0]?.state).toBe(state);
});

test("volumes and what has no mount point are no services", () => {
  const volume = dataset("tank/disk", { type: "volume", mountpoint: "-" });
  const legacy = dataset("tank/root", { mountpoint: "legacy" });
  expect(judged(zfsget, parse([...volume, ...legacy]))).toEqual([]);
});

test("what df alone knows is a service too; where both do, the data set counts", () => {
  const results = judged(
    zfsget,
    parse(dataset("tank"), ["tank zfs 9 1 8 12% /tank", "tank/my root 100 10 90 10% /"]),
  );
  expect(results.map(({ item }) => item)).toEqual(["/tank", "/"]);
  expect(results.map((result) => perfdata(result)["fs_size"])).toEqual([1000, 102_400]);
});

test("node_exporter's names are for what df shows, ours for data sets", () => {
  const data = parse(dataset("tank", { quota: 5000 }), ["tank zfs 100 10 90 10% /tank"]);
  const labels = 'device="tank",fstype="zfs",mountpoint="/tank"';
  expect(sampleLines(samples(zfsget, data))).toEqual([
    `node_filesystem_size_bytes{${labels}} 102400`,
    `node_filesystem_free_bytes{${labels}} 92160`,
    `node_filesystem_avail_bytes{${labels}} 92160`,
    'roundsman_zfs_used_bytes{dataset="tank",kind="filesystem"} 600',
    'roundsman_zfs_available_bytes{dataset="tank",kind="filesystem"} 400',
    'roundsman_zfs_quota_bytes{dataset="tank",kind="filesystem"} 5000',
  ]);
});

test("without data sets there is no section", () => {
  expect(parse([])).toBeUndefined();
  expect(parse(["[zfs]"], ["torn 5 4"])).toBeUndefined();
});
