import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diskstat } from "../../../poller/checks/diskstat.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { parse as parseReport } from "../../../poller/parse.ts";
import { shared, testWith } from "../../peers.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => diskstat.parse(rows(...lines));
const device = (name: string) => diskstat.parse(rows(`8 0 ${name} ${"0 ".repeat(11)}`));

/** Two disks and a volume on them, and what they did in the next ten seconds. */
const BEFORE = [
  "1700000000",
  "   8       0 sda 1000 10 80000 500 2000 20 160000 4000 0 3000 4500 5 1 64 2 7 9",
  "   8       1 sda1 900 10 70000 400 2000 20 160000 4000 0 3000 4400",
  "   8      16 sdb 0 0 0 0 0 0 0 0 0 0 0",
  " 253       0 dm-0 1000 0 80000 500 2000 0 160000 4000 0 3000 4500",
  " 253       1 dm-1 10 0 80 5 0 0 0 0 0 5 5",
  "[dmsetup_info]",
  "vg0-data 253:0 vg0 data",
  "backup_crypt 253:1",
  "[device_wwn]",
  "wwn-0x5000 /dev/sda",
];
const AFTER = [
  "1700000010",
  "   8       0 sda 1100 10 100480 1500 2300 20 180480 7000 3 8000 8500 5 1 64 2 7 9",
  "   8      16 sdb 0 0 0 0 0 0 0 0 1 0 0",
  " 253       0 dm-0 1100 0 100480 1500 2300 0 180480 7000 0 8000 8500",
  ...BEFORE.slice(5),
];

const overTenSeconds = (params: Partial<typeof diskstat.params> = {}) =>
  judged(diskstat, parse(...AFTER), {
    at: 1_700_000_010,
    previous: { data: parse(...BEFORE)!, at: 1_700_000_000 },
    params,
  });

describe("what is exported", () => {
  const lines = sampleLines(samples(diskstat, parse(...BEFORE)));

  test("are bytes and seconds, by the kernel's names", () => {
    expect(lines).toEqual(
      expect.arrayContaining([
        'node_disk_reads_completed_total{device="sda"} 1000',
        'node_disk_read_bytes_total{device="sda"} 40960000',
        'node_disk_read_time_seconds_total{device="sda"} 0.5',
        'node_disk_written_bytes_total{device="dm-0"} 81920000',
        'node_disk_io_now{device="sda"} 0',
        'node_disk_io_time_seconds_total{device="sda"} 3',
        'node_disk_io_time_weighted_seconds_total{device="sda"} 4.5',
      ]),
    );
  });

  test("are no partitions", () => {
    expect(lines.filter((line) => line.includes("sda1"))).toEqual([]);
  });

  test("are discards and flushes where the kernel counts them", () => {
    expect(lines).toContain('node_disk_discarded_sectors_total{device="sda"} 64');
    expect(lines).toContain('node_disk_flush_requests_time_seconds_total{device="sda"} 0.009');
    expect(lines.filter((line) => /(discard|flush).*"sdb"/.test(line))).toEqual([]);
  });

  test("are the names of mapped devices", () => {
    expect(lines.filter((line) => line.startsWith("node_disk_device_mapper_info"))).toEqual([
      'node_disk_device_mapper_info{device="dm-0",name="vg0-data",uuid="",vg_name="vg0",lv_name="data",lv_layer=""} 1',
      'node_disk_device_mapper_info{device="dm-1",name="backup_crypt",uuid="",vg_name="",lv_name="",lv_layer=""} 1',
    ]);
  });
});

describe("services", () => {
  test("bear the names that people gave to volumes", () => {
    expect(overTenSeconds().map(({ service, item }) => [service, item])).toEqual([
      ["Disk IO SUMMARY", "SUMMARY"],
      ["Disk IO sda", "sda"],
      ["Disk IO sdb", "sdb"],
      ["Disk IO LVM vg0-data", "LVM vg0-data"],
      ["Disk IO DM backup_crypt", "DM backup_crypt"],
    ]);
  });

  test("can be left out by kind", () => {
    const items = (params: Partial<typeof diskstat.params>) =>
      overTenSeconds(params).map(({ item }) => item);
    expect(items({ mapped: false })).toEqual(["SUMMARY", "sda", "sdb"]);
    expect(items({ summary: false, disks: false })).toEqual(["LVM vg0-data", "DM backup_crypt"]);
  });

  test("tell rates, and what one request cost on average", () => {
    const sda = overTenSeconds().find(({ item }) => item === "sda");
    expect(sda?.state).toBe(OK);
    expect(perfdata(sda)).toEqual({
      disk_utilization: 0.5,
      disk_read_throughput: 1_048_576,
      disk_write_throughput: 1_048_576,
      disk_average_wait: 0.01,
      disk_average_read_wait: 0.01,
      disk_average_write_wait: 0.01,
      disk_average_request_size: 52_428.8,
      disk_latency: 0.0125,
      disk_queue_length: 3,
      disk_read_ios: 10,
      disk_write_ios: 30,
    });
  });

  test("say that an idle disk made nobody wait, and nothing of requests it did not have", () => {
    const sdb = overTenSeconds().find(({ item }) => item === "sdb");
    expect(perfdata(sdb)).toEqual({
      disk_utilization: 0,
      disk_read_throughput: 0,
      disk_write_throughput: 0,
      disk_average_wait: 0,
      disk_latency: 0,
      disk_queue_length: 1,
      disk_read_ios: 0,
      disk_write_ios: 0,
    });
  });

  test("sum up the disks, not what is built on them", () => {
    expect(perfdata(overTenSeconds()[0])).toMatchObject({
      disk_utilization: 0.25,
      disk_read_throughput: 1_048_576,
      disk_queue_length: 2,
      disk_write_ios: 30,
    });
  });

  test("know no rates from one report", () => {
    const [, sda] = judged(diskstat, parse(...BEFORE));
    expect(sda).toMatchObject({ state: OK, summary: "Rates need an earlier report" });
    expect(perfdata(sda)).toEqual({ disk_queue_length: 0 });
  });

  test("know no rates when counters went back", () => {
    const previous = { data: parse(...AFTER)!, at: 1_700_000_000 };
    const [, sda] = judged(diskstat, parse(...BEFORE), { at: 1_700_000_010, previous });
    expect(Object.keys(perfdata(sda))).toEqual(["disk_queue_length"]);
  });

  test("are judged by levels that somebody set", () => {
    const sda = overTenSeconds({ wait: { warn: 0.005, crit: 0.01 } })[1];
    expect(sda?.state).toBe(CRIT);
    expect(sda?.summary).toContain("Average wait: 10 ms (warn/crit at 5 ms/10 ms)");
  });

  test("never show a disk as more than busy", () => {
    const busy = (seconds: number, at: number) =>
      parse(`8 0 sda 0 0 0 0 0 0 0 0 0 ${seconds * 1000} 0`, String(at))!;
    const previous = { data: busy(0, 100), at: 100 };
    const [, sda] = judged(diskstat, busy(12, 110), { at: 110, previous });
    expect(perfdata(sda)["disk_utilization"]).toBe(1);
  });
});

describe("reading", () => {
  test("finds the time of the section", () => {
    const data = parse(...BEFORE);
    expect(data && diskstat.time?.(data)).toBe(1_700_000_000);
  });

  test.each(["sda", "sdaa", "vdb", "xvda", "nvme0n1", "mmcblk0", "dm-12", "cciss/c0d0", "dasda"])(
    "takes %s for a disk",
    (name) => {
      expect(device(name)?.disks.map((disk) => disk.device)).toEqual([name]);
    },
  );

  test.each([
    "sda1",
    "sdaa12",
    "vdb3",
    "nvme0n1p2",
    "mmcblk0p1",
    "cciss/c0d0p1",
    "dasda1",
    "loop7",
    "ram0",
    "zram0",
    "fd0",
  ])("takes %s for none", (name) => {
    expect(device(name)).toBeUndefined();
  });

  test("takes the first of two rows with one name", () => {
    const data = parse(`8 0 sda 1 ${"0 ".repeat(10)}`, `8 0 sda 2 ${"0 ".repeat(10)}`);
    expect(data?.disks.map(({ counters }) => counters[0])).toEqual([1]);
  });

  test("passes over what dmsetup has to say where there is no device mapper", () => {
    expect(parse(...BEFORE.slice(0, 2), "[dmsetup_info]", "No devices found")?.disks).toHaveLength(
      1,
    );
  });

  test("refuses a row with something else than numbers", () => {
    expect(() => parse(`8 0 sda 1 x ${"0 ".repeat(9)}`)).toThrow(ParseError);
  });
});

describe("a real host, twice", () => {
  const read = (file: string) => {
    const bytes = readFileSync(join(shared.path, "corpus/dumps", file));
    const section = parseReport(bytes).hosts[0]?.sections.get("diskstat");
    const data = section && diskstat.parse(section.rows);
    if (!data) throw new Error(`${file} has no diskstat`);
    return { data, at: data.time ?? 0 };
  };

  testWith(shared)("has rates as a disk can have them", () => {
    const previous = read("linux-2.4.0p21-nethserver7-a.txt");
    const { data, at } = read("linux-2.4.0p21-nethserver7-b.txt");
    expect(at - previous.at).toBe(117);
    const [total, sda] = judged(diskstat, data, { at, previous });
    expect(perfdata(total)).toEqual(perfdata(sda));
    const { disk_utilization: busy = NaN, disk_write_throughput: written = NaN } = perfdata(sda);
    expect(busy).toBeGreaterThan(0);
    expect(busy).toBeLessThan(0.1);
    expect(written).toBeCloseTo((14_357 * 512) / 117, 6);
  });
});
