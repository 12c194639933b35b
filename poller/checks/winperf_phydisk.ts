import type { Check, Result } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { duration, number } from "../judge/format.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { rate } from "../judge/rate.ts";
import {
  type DiskParams,
  diskParams,
  judgedDisk,
  sum,
  together,
  told,
} from "../readings/disk_activity.ts";
import { type Instance, readCounters, TOTAL } from "../readings/winperf.ts";

export interface Disks {
  /** Epoch seconds. */
  readonly time: number;
  readonly disks: readonly Disk[];
}

export interface Disk extends Instance {
  /** Windows' number of it; `name` has the drives on it too: `0_C:_D:`. */
  readonly number: string;
}

/** Counters of the object PhysicalDisk: seconds, bytes, numbers. */
const QUEUE = -36;
const READ_SECONDS = -32;
const WRITE_SECONDS = -30;
const READS = -20;
const WRITES = -18;
const READ_BYTES = -14;
const WRITE_BYTES = -12;
const READ_QUEUE = 1168;
const WRITE_QUEUE = 1170;
const IDLE_SECONDS = 1248;
const SPLIT = 1250;

const COUNTERS = [
  ["read_bytes", READ_BYTES, "Bytes read."],
  ["reads", READS, "Reads done."],
  ["write_bytes", WRITE_BYTES, "Bytes written."],
  ["writes", WRITES, "Writes done."],
  ["read_seconds", READ_SECONDS, "Time that reads took."],
  ["write_seconds", WRITE_SECONDS, "Time that writes took."],
  ["idle_seconds", IDLE_SECONDS, "Time without requests."],
  ["split_ios", SPLIT, "Requests that were split into several."],
] as const;

/**
 * Throughput, operations and waiting times of disks.
 *
 * Section: winperf_phydisk   Source: performance counters of Windows, object 234, PhysicalDisk
 * Systems: Windows
 * Params: summary, disks: which services there are: all disks as one, each disk; utilization: ratio;
 *         read, write: bytes per second; wait: seconds per request
 */
export const winperfPhydisk: Check<Disks, DiskParams> = {
  section: "winperf_phydisk",
  params: diskParams,
  comparesWithPrevious: true,

  parse(rows) {
    const [set] = readCounters(rows);
    const disks = new Map<string, Disk>();
    for (const one of set?.instances ?? []) {
      const [disk = ""] = one.name.split(/[_ ]/, 1);
      if (one.name !== TOTAL && one.counters.size > 0 && !disks.has(disk))
        disks.set(disk, { ...one, number: disk });
    }
    return set && disks.size > 0 ? { time: set.time, disks: [...disks.values()] } : undefined;
  },

  time: ({ time }) => time,

  metrics: [
    each(({ disks }: Disks) => disks, { disk: (disk) => disk.number }, [
      gauge("windows_physical_disk_requests_queued", "Requests under way.", ({ counters }) =>
        counters.get(QUEUE),
      ),
      ...COUNTERS.map(([name, id, help]) =>
        counter<Disk>(`windows_physical_disk_${name}_total`, help, ({ counters }) =>
          counters.get(id),
        ),
      ),
    ]),
  ],

  *evaluate({ disks, time }, { params, previous }) {
    const earlier = new Map(previous?.data.disks.map((disk) => [disk.number, disk]));
    const seconds = time - (previous?.data.time ?? time);
    const active = disks.map((disk) => {
      const before = earlier.get(disk.number)?.counters;
      const read = (id: number): number | undefined =>
        id === QUEUE
          ? disk.counters.get(id)
          : rate(disk.counters.get(id), before?.get(id), seconds);
      return { name: disk.name, read };
    });
    if (params.summary) yield judged("SUMMARY", allAsOne(active.map(({ read }) => read)), params);
    for (const { name, read } of params.disks ? active : []) yield judged(name, read, params);
  },
};

/** What was done per second between two polls, by the counter; requests under way now. */
type Activity = (counter: number) => number | undefined;

const allAsOne =
  (disks: readonly Activity[]): Activity =>
  (id) =>
    together(
      disks.map((read) => read(id)),
      id === QUEUE || id === IDLE_SECONDS,
    );

function judged(item: string, read: Activity, params: DiskParams): Result {
  const [reads, writes] = [read(READS), read(WRITES)];
  const idle = read(IDLE_SECONDS);
  const utilization = idle === undefined ? undefined : 1 - Math.min(idle, 1);
  const wait = average(sum(read(READ_SECONDS), read(WRITE_SECONDS)), sum(reads, writes));
  return conclude(
    `Disk IO ${item}`,
    [
      ...(reads === undefined && writes === undefined
        ? [{ text: "Rates need an earlier report" }]
        : []),
      ...judgedDisk(
        { utilization, read: read(READ_BYTES), write: read(WRITE_BYTES), wait },
        params,
      ),
      ...told(
        "Average read wait",
        "average_read_wait",
        average(read(READ_SECONDS), reads),
        duration,
      ),
      ...told(
        "Average write wait",
        "average_write_wait",
        average(read(WRITE_SECONDS), writes),
        duration,
      ),
      ...told("Reads under way", "read_ql", read(READ_QUEUE), number),
      ...told("Writes under way", "write_ql", read(WRITE_QUEUE), number),
      ...told("Queue length", "queue_length", read(QUEUE), number),
      ...told("Reads per second", "read_ios", reads, number),
      ...told("Writes per second", "write_ios", writes, number),
    ],
    item,
  );
}

/** Of requests; a disk that had none made nobody wait. */
const average = (seconds: number | undefined, requests: number | undefined): number | undefined => {
  if (seconds === undefined || requests === undefined) return undefined;
  return requests === 0 ? 0 : seconds / requests;
};
