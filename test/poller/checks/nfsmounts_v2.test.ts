import { expect, test } from "vitest";
import { nfsmountsV2 } from "../../../poller/checks/nfsmounts_v2.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const usage = { total_blocks: 100, free_blocks_su: 50, free_blocks: 40, blocksize: 1024 };
const mount = (state: string, blocks: object = usage) => ({
  mountpoint: "/mnt/our home",
  source: "nas:/home",
  state,
  usage: blocks,
});
const parse = (...mounts: unknown[]) =>
  nfsmountsV2.parse(
    sectionRows(
      ["<<<nfsmounts_v2:sep(0)>>>", ...mounts.map((one) => JSON.stringify(one)), ""].join("\n"),
    ),
  );

test("a mount whose server answers is OK, with its space", () => {
  const [result] = judged(nfsmountsV2, parse(mount("ok")));
  expect(result).toMatchObject({
    service: "NFS mount /mnt/our home",
    item: "/mnt/our home",
    state: OK,
    summary: "the server answers, Used: 60% - 60 KiB of 100 KiB",
    details: "from nas:/home",
  });
  expect(perfdata(result)).toEqual({
    fs_used: 61_440,
    fs_free: 40_960,
    fs_size: 102_400,
    fs_used_percent: 60,
  });
});

test("levels of the space hold where somebody gave some", () => {
  const params = { used: { warn: 0.6, crit: 0.9 } };
  expect(judged(nfsmountsV2, parse(mount("ok")), { params })[0]?.state).toBe(WARN);
});

test.each([
  ["hanging", usage, CRIT],
  ["puzzled", usage, UNKNOWN],
  ["ok", { ...usage, total_blocks: -1 }, WARN],
  ["ok", { ...usage, total_blocks: 0 }, OK],
  ["ok", {}, OK],
])("a mount that is %s, of %j, is of state %d", (state, blocks, wanted) => {
  expect(judged(nfsmountsV2, parse(mount(state, blocks)))[0]).toMatchObject({
    state: wanted,
    perfdata: [],
  });
});

test("whether it hangs is exported, sizes where they are known", () => {
  const labels = '{mountpoint="/mnt/our home",source="nas:/home"}';
  expect(sampleLines(samples(nfsmountsV2, parse(mount("ok"))))).toEqual([
    `roundsman_network_mount_hanging${labels} 0`,
    `roundsman_network_mount_size_bytes${labels} 102400`,
    `roundsman_network_mount_free_bytes${labels} 51200`,
    `roundsman_network_mount_avail_bytes${labels} 40960`,
  ]);
  const dead = mount("hanging", {
    total_blocks: 0,
    free_blocks_su: 0,
    free_blocks: 0,
    blocksize: 0,
  });
  expect(sampleLines(samples(nfsmountsV2, parse(dead)))).toEqual([
    `roundsman_network_mount_hanging${labels} 1`,
  ]);
});

test("without mounts there is no section; what is no mount is refused", () => {
  expect(parse()).toBeUndefined();
  expect(() => parse([])).toThrow(ParseError);
  expect(() => parse({ mountpoint: 5, state: "ok" })).toThrow(ParseError);
});
