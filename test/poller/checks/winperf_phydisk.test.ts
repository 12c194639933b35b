import { describe, expect, test } from "vitest";
import { winperfPhydisk } from "../../../poller/checks/winperf_phydisk.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const TICK = 1e7;

/** Two disks at a time; of the second it is told what it did. */
const at = (time: number, { reads = 0, seconds = 0, bytes = 0, idle = 0, queue = 0 } = {}) =>
  winperfPhydisk.parse(
    rows(
      `${time} 234 10000000`,
      "3 instances: 0_C: 1_D:_E: _Total",
      `-36 0 ${queue} ${queue} rawcount`,
      `-32 0 ${seconds * TICK} 1 type(20570500)`,
      "-32 132912006268758268 132912006268758268 1 type(40030500)",
      "-30 0 0 0 type(20570500)",
      `-20 0 ${reads} ${reads} counter`,
      "-18 0 0 0 counter",
      `-14 0 ${bytes} ${bytes} bulk_count`,
      "-12 0 0 0 bulk_count",
      `1168 0 ${seconds * TICK} 1 type(550500)`,
      `1248 ${time * TICK} ${idle * TICK} 1 type(20570500)`,
    ),
  )!;

const previous = { data: at(1000), at: 1000 };
const AFTER = at(1010, { reads: 50, seconds: 20, bytes: 40960, idle: 4, queue: 3 });
const judge = (params: Partial<typeof winperfPhydisk.params> = {}) =>
  judged(winperfPhydisk, AFTER, { previous, at: 1010, params });

describe("services", () => {
  test("are all disks together, and each", () => {
    expect(judge().map(({ service, item }) => [service, item])).toEqual([
      ["Disk IO SUMMARY", "SUMMARY"],
      ["Disk IO 0_C:", "0_C:"],
      ["Disk IO 1_D:_E:", "1_D:_E:"],
    ]);
    expect(judge({ disks: false })).toHaveLength(1);
    expect(judge({ summary: false })).toHaveLength(2);
  });

  test("tell what a disk did, per second and per request", () => {
    const disk = judge().at(-1);
    expect(disk).toMatchObject({
      state: OK,
      summary: "Utilization: 60%, Read: 4 KiB/s, Write: 0 B/s, Average wait: 400 ms",
    });
    const found = perfdata(disk);
    expect(found["disk_utilization"]).toBeCloseTo(0.6, 6);
    expect(found["disk_average_wait"]).toBeCloseTo(0.4, 6);
    expect(found["disk_average_read_wait"]).toBeCloseTo(0.4, 6);
    expect(found["disk_read_ql"]).toBeCloseTo(2, 6);
    expect(found).toMatchObject({
      disk_read_throughput: 4096,
      disk_write_throughput: 0,
      disk_average_write_wait: 0,
      disk_queue_length: 3,
      disk_read_ios: 5,
      disk_write_ios: 0,
    });
  });

  test("of all disks add up what they did, and are as busy as they are on average", () => {
    const [summary] = judge();
    expect(perfdata(summary)).toMatchObject({ disk_read_ios: 5, disk_queue_length: 1.5 });
    expect(perfdata(summary)["disk_utilization"]).toBeCloseTo(0.3, 6);
  });

  test("have levels", () => {
    const wait = { warn: 0.3, crit: 9 };
    expect(judge({ wait }).map(({ state }) => state)).toEqual([WARN, OK, WARN]);
    const utilization = { warn: 0.5, crit: 9 };
    expect(judge({ utilization }).map(({ state }) => state)).toEqual([OK, OK, WARN]);
  });

  test("have no rates from one report", () => {
    const [summary] = judged(winperfPhydisk, AFTER);
    expect(summary?.summary).toBe("Rates need an earlier report");
    expect(perfdata(summary)).toEqual({ disk_queue_length: 1.5 });
  });
});

test("metrics are those of windows_exporter, under the numbers of disks", () => {
  const lines = sampleLines(samples(winperfPhydisk, AFTER));
  expect(lines.filter((line) => line.includes('disk="1"'))).toEqual([
    'windows_physical_disk_requests_queued{disk="1"} 3',
    'windows_physical_disk_read_bytes_total{disk="1"} 40960',
    'windows_physical_disk_reads_total{disk="1"} 50',
    'windows_physical_disk_write_bytes_total{disk="1"} 0',
    'windows_physical_disk_writes_total{disk="1"} 0',
    'windows_physical_disk_read_seconds_total{disk="1"} 20',
    'windows_physical_disk_write_seconds_total{disk="1"} 0',
    'windows_physical_disk_idle_seconds_total{disk="1"} 4',
  ]);
  expect(lines.join()).not.toContain('Total"');
});

test("an object without disks is no section", () => {
  for (const lines of [[], ["1 234 1"], ["1 234", "1 instances: _Total", "-36 1 rawcount"]])
    expect(winperfPhydisk.parse(rows(...lines))).toBeUndefined();
});
