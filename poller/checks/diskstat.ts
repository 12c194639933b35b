import { type Check, ParseError, type Result } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { bytes, duration, number } from "../judge/format.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { decimal } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";
import {
  type DiskParams,
  diskParams,
  judgedDisk,
  sum,
  together,
  told,
} from "../readings/disk_activity.ts";

export interface Diskstat {
  /** Epoch seconds. */
  readonly time?: number | undefined;
  /** Whole disks and what the device mapper makes of them; no partitions. */
  readonly disks: readonly Disk[];
}

export interface Disk {
  /** The kernel's name: `sda`, `dm-0`. */
  readonly device: string;
  /** What people know it by: `sda`, `LVM vg0-root`, `DM backup_crypt`. */
  readonly item: string;
  readonly mapping?: Mapping | undefined;
  /** Since the disk appeared, in the order of `COLUMNS`: counts, bytes, seconds. Older kernels have less. */
  readonly counters: readonly number[];
}

interface Mapping {
  readonly name: string;
  readonly group: string;
  readonly volume: string;
}

interface Params extends DiskParams {
  readonly mapped: boolean;
}

const count = (value: number): number => value;
const sectors = (value: number): number => value * 512;
const milliseconds = (value: number): number => value / 1000;

/** What the kernel counts for a disk, in its order: metric, how it is counted, what it is. */
const COLUMNS = [
  ["node_disk_reads_completed_total", count, "Reads done."],
  ["node_disk_reads_merged_total", count, "Reads joined to others."],
  ["node_disk_read_bytes_total", sectors, "Bytes read."],
  ["node_disk_read_time_seconds_total", milliseconds, "Time that reads took."],
  ["node_disk_writes_completed_total", count, "Writes done."],
  ["node_disk_writes_merged_total", count, "Writes joined to others."],
  ["node_disk_written_bytes_total", sectors, "Bytes written."],
  ["node_disk_write_time_seconds_total", milliseconds, "Time that writes took."],
  ["node_disk_io_now", count, "Requests under way."],
  ["node_disk_io_time_seconds_total", milliseconds, "Time with requests under way."],
  ["node_disk_io_time_weighted_seconds_total", milliseconds, "The same, times the requests."],
  ["node_disk_discards_completed_total", count, "Discards done."],
  ["node_disk_discards_merged_total", count, "Discards joined to others."],
  ["node_disk_discarded_sectors_total", count, "Sectors of 512 bytes discarded."],
  ["node_disk_discard_time_seconds_total", milliseconds, "Time that discards took."],
  ["node_disk_flush_requests_total", count, "Flushes done."],
  ["node_disk_flush_requests_time_seconds_total", milliseconds, "Time that flushes took."],
] as const;

const FEWEST_COLUMNS = 11;
const IN_FLIGHT = 8;
const BUSY = 9;

const PARTITION_OR_MEMORY =
  /^(?:(?:z?ram|loop|fd)\d+|(?:h|s|v|xv|das)d[a-z]+\d+|(?:nvme\d+n|mmcblk|nbd|cciss\/c\d+d)\d+p\d+)$/;
const BUILT_ON_DISKS = /^(?:dm-|md|bcache|drbd)/;

/**
 * Throughput, operations and waiting times of disks.
 *
 * Section: diskstat   Source: /proc/diskstats (Documentation/admin-guide/iostats.rst), dmsetup(8)
 * Params: summary, disks, mapped: which services there are: all disks as one, each disk, each mapped
 *         device; utilization: ratio; read, write: bytes per second; wait: seconds per request
 */
export const diskstat: Check<Diskstat, Params> = {
  section: "diskstat",
  params: { ...diskParams, mapped: true },
  comparesWithPrevious: true,

  parse(rows) {
    let block = "";
    let time: number | undefined;
    const mappings = new Map<string, Mapping>();
    const found = new Map<string, readonly string[]>();
    for (const row of rows) {
      const [first = "", second = "", third = "", fourth = ""] = row;
      if (first.startsWith("[")) block = first;
      else if (block === "[dmsetup_info]")
        mappings.set(second, { name: first, group: third, volume: fourth });
      else if (block !== "") continue;
      else if (row.length === 1) time ??= decimal(first);
      else if (row.length >= 3 + FEWEST_COLUMNS && !PARTITION_OR_MEMORY.test(third))
        if (!found.has(third)) found.set(third, row);
    }
    if (found.size === 0) return undefined;
    const disks = Array.from(found.values(), (row) => readDisk(row, mappings));
    const items = new Map(disks.toReversed().map((disk) => [disk.item, disk]));
    return { time, disks: disks.filter((disk) => items.get(disk.item) === disk) };
  },

  time: ({ time }) => time,

  metrics: [
    each(
      ({ disks }: Diskstat) => disks,
      { device: ({ device }) => device },
      COLUMNS.map(([name, , help], column) =>
        (column === IN_FLIGHT ? gauge : counter)(name, help, ({ counters }) => counters[column]),
      ),
    ),
    each(
      ({ disks }: Diskstat) =>
        disks.flatMap(({ device, mapping }) => (mapping ? [{ device, ...mapping }] : [])),
      {
        device: ({ device }) => device,
        name: ({ name }) => name,
        uuid: () => "",
        vg_name: ({ group }) => group,
        lv_name: ({ volume }) => volume,
        lv_layer: () => "",
      },
      [gauge("node_disk_device_mapper_info", "Names of a mapped device; always 1.", () => 1)],
    ),
  ],

  *evaluate({ disks }, { params, at, previous }) {
    const earlier = new Map(previous?.data.disks.map((disk) => [disk.item, disk]));
    const seconds = at - (previous?.at ?? at);
    const active = disks.map((disk) => ({
      item: disk.item,
      isMapped: BUILT_ON_DISKS.test(disk.device),
      activity: activityOf(disk, earlier.get(disk.item), seconds),
    }));
    const physical = active.filter(({ isMapped }) => !isMapped);
    if (params.summary && physical.length > 0)
      yield judged("SUMMARY", allAsOne(physical.map(({ activity }) => activity)), params);
    for (const { item, isMapped, activity } of active)
      if (isMapped ? params.mapped : params.disks) yield judged(item, activity, params);
  },
};

function readDisk(row: readonly string[], mappings: ReadonlyMap<string, Mapping>): Disk {
  const [major = "", minor = "", device = "", ...numbers] = row;
  const mapping = mappings.get(`${major}:${minor}`);
  return {
    device,
    item: mapping ? `${mapping.group === "" ? "DM" : "LVM"} ${mapping.name}` : device,
    mapping,
    counters: COLUMNS.slice(0, numbers.length).map(([, inBaseUnits], column) => {
      const value = decimal(numbers[column]);
      if (value === undefined) throw new ParseError("not a row of /proc/diskstats", row.join(" "));
      return inBaseUnits(value);
    }),
  };
}

/** What was done per second between two polls, in the order of `COLUMNS`; requests under way now. */
type Activity = readonly (number | undefined)[];

const activityOf = (now: Disk, before: Disk | undefined, seconds: number): Activity =>
  now.counters.map((value, column) =>
    column === IN_FLIGHT ? value : rate(value, before?.counters[column], seconds),
  );

const allAsOne = (disks: readonly Activity[]): Activity =>
  COLUMNS.map((_, column) =>
    together(
      disks.map((disk) => disk[column]),
      column === IN_FLIGHT || column === BUSY,
    ),
  );

function judged(item: string, activity: Activity, params: Params): Result {
  const [reads, , read, readSeconds, writes, , written, writeSeconds, queue, busy] = activity;
  // The clocks of agent and kernel are coarse: a busy disk would seem to be more than busy.
  const utilization = busy === undefined ? undefined : Math.min(busy, 1);
  const requests = sum(reads, writes);
  const wait = ratio(sum(readSeconds, writeSeconds), requests) ?? idle(requests);
  return conclude(
    `Disk IO ${item}`,
    [
      ...(requests === undefined ? [{ text: "Rates need an earlier report" }] : []),
      ...judgedDisk({ utilization, read, write: written, wait }, params),
      ...told("Average read wait", "average_read_wait", ratio(readSeconds, reads), duration),
      ...told("Average write wait", "average_write_wait", ratio(writeSeconds, writes), duration),
      ...told("Request size", "average_request_size", ratio(sum(read, written), requests), bytes),
      ...told("Latency", "latency", ratio(utilization, requests) ?? idle(requests), duration),
      ...told("Queue length", "queue_length", queue, number),
      ...told("Reads per second", "read_ios", reads, number),
      ...told("Writes per second", "write_ios", writes, number),
    ],
    item,
  );
}

/** `undefined` also where there is nothing to divide by. */
const ratio = (of: number | undefined, to: number | undefined): number | undefined =>
  of === undefined || to === undefined || to === 0 ? undefined : of / to;

/** A disk that did nothing made nobody wait. */
const idle = (requests: number | undefined): number | undefined => (requests === 0 ? 0 : undefined);
