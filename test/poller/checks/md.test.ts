import { expect, test } from "vitest";
import { md } from "../../../poller/checks/md.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => md.parse(rows(...lines));
const result = (...lines: string[]) => judged(md, parse(...lines))[0];
const MIRROR = "md0 : active raid1 sdx1[0] sdy1[1]";

test("an array with all its disks is OK", () => {
  expect(result(MIRROR, "1000 blocks super 1.2 [2/2] [UU]")).toMatchObject({
    service: "MD Softraid md0",
    item: "md0",
    state: OK,
    summary: "Status: active, Spare: 0, Failed: 0, Active: 2",
  });
});

test.each([
  ["md0 : inactive sdx1[0](S)", "1000 blocks", CRIT],
  ["md0 : active raid1 sdx1[0]", "1000 blocks [2/1] [U_]", CRIT],
  ["md0 : active raid1 sdx1[0] sdy1[1] sdz1[2](F)", "1000 blocks [2/2] [UU]", WARN],
  ["md0 : active raid1 sdx1[0] sdy1[1] sdz1[2](S)", "1000 blocks [2/2] [UU]", OK],
  ["md0 : active (auto-read-only) raid1 sdx1[0] sdy1[1]", "1000 blocks [2/2] [UU]", OK],
])("%s with %s is of state %d", (title, counts, state) => {
  expect(result(title, counts)?.state).toBe(state);
});

test.each([
  [
    "check = 76.0% (760/1000) finish=2.5min speed=1024K/sec",
    OK,
    "[Check] 76%, finished in 2 minutes 30 seconds, 1 MiB/s",
  ],
  ["resync = 5.0% (50/1000) finish=10.0min speed=1K/sec", WARN, "[Resync] 5%"],
  ["recovery = 5.0% (50/1000)", WARN, "[Recovery] 5%"],
  ["reshape = 5.0% (50/1000)", WARN, "[Reshape] 5%"],
  ["resync=DELAYED", WARN, "[Resync] waits"],
  ["resync=PENDING", WARN, "[Resync] waits"],
])("an array at work, %s, is of state %d", (work, state, text) => {
  const found = result(MIRROR, "1000 blocks [2/2] [UU]", work);
  expect(found?.state).toBe(state);
  expect(found?.summary).toContain(text);
});

test("raid0, which has no spare parts, is no service but has metrics", () => {
  const data = parse("md0 : active raid0 sdx1[0] sdy1[1]", "1000 blocks 64k chunks");
  expect(judged(md, data)).toEqual([]);
  expect(sampleLines(samples(md, data))).toContain('node_md_disks{device="md0",state="active"} 2');
});

test("state, disks and blocks are exported as node_exporter does", () => {
  const data = parse(
    "md0 : active raid1 sdx1[0] sdy1[2] sdz1[3](F) sdw1[4](S)",
    "1000 blocks [2/1] [U_]",
    "[=>..] recovery = 12.5% (125/1000) finish=1.0min speed=5K/sec",
  );
  expect(sampleLines(samples(md, data))).toEqual([
    'node_md_state{device="md0",state="active"} 0',
    'node_md_state{device="md0",state="inactive"} 0',
    'node_md_state{device="md0",state="recovering"} 1',
    'node_md_state{device="md0",state="resync"} 0',
    'node_md_state{device="md0",state="check"} 0',
    'node_md_disks{device="md0",state="active"} 1',
    'node_md_disks{device="md0",state="failed"} 1',
    'node_md_disks{device="md0",state="spare"} 1',
    'node_md_disks_required{device="md0"} 2',
    'node_md_blocks{device="md0"} 1000',
    'node_md_blocks_synced{device="md0"} 125',
  ]);
});

test("a kernel without arrays has no section", () => {
  expect(parse("Personalities : [raid1]", "unused devices: <none>")).toBeUndefined();
  expect(parse()).toBeUndefined();
});
