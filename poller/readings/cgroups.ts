/**
 * What control groups say of a container, in either version.
 *
 * Source: Documentation/admin-guide/cgroup-v1/{memory,cpuacct,blkio-controller}.rst, cgroup-v2.rst
 */
import { ParseError, type Rows } from "../judge/check.ts";
import { decimal, integer } from "../judge/numbers.ts";

export interface ContainerCpu {
  /** Seconds of CPU time that the container has used. */
  readonly user: number;
  readonly system: number;
  /** Seconds of CPU time that all CPUs of its host have had to give. */
  readonly available: number;
  readonly cpus: number;
}

/** Bytes. */
export interface ContainerMemory {
  readonly usage: number;
  /** What files are kept in, and what would be given back when memory is short. */
  readonly cache: number;
  readonly shared?: number | undefined;
  /** Of the container; the host's memory where it has none. */
  readonly limit: number;
}

export interface ContainerDisks {
  /** Epoch seconds. */
  readonly time?: number | undefined;
  readonly disks: readonly ContainerDisk[];
}

/** What a container did with a disk. */
export interface ContainerDisk {
  readonly device: string;
  /** Bytes. */
  readonly read?: number | undefined;
  readonly written?: number | undefined;
  readonly reads?: number | undefined;
  readonly writes?: number | undefined;
}

/** USER_HZ: ticks per second, the same on every Linux that matters. */
const TICKS = 100;
const MICROSECONDS = 1e-6;
/** Fields of the cpu line of /proc/stat; what follows is guests' time, which is in these already. */
const CPU_FIELDS = 8;

/** `cpu TICKS…` of the host; `user TICKS`, `system TICKS` of the container. */
export function readCpuV1(rows: Rows): ContainerCpu | undefined {
  const facts = factsOf(rows);
  if (facts.size === 0) return undefined;
  const host = (facts.get("cpu") ?? [""]).slice(0, CPU_FIELDS).map(decimal);
  const available = host.reduce<number>((sum, ticks) => sum + (ticks ?? NaN), 0) / TICKS;
  return cpuOf(facts, available, "user", "system", 1 / TICKS);
}

/** `uptime SECONDS …` of the host; `user_usec N`, `system_usec N` of the container. */
export function readCpuV2(rows: Rows): ContainerCpu | undefined {
  const facts = factsOf(rows);
  if (facts.size === 0) return undefined;
  const available = number(facts, "uptime") * number(facts, "num_cpus");
  return cpuOf(facts, available, "user_usec", "system_usec", MICROSECONDS);
}

/** memory.stat with `usage_in_bytes` and `limit_in_bytes`, whose largest number means none. */
export function readMemoryV1(rows: Rows): ContainerMemory | undefined {
  const facts = factsOf(rows);
  if (facts.size === 0) return undefined;
  const of = (name: string): number | undefined =>
    decimal((facts.get(`total_${name}`) ?? facts.get(name))?.[0]);
  return memoryOf(facts, "usage_in_bytes", "limit_in_bytes", of("cache"), of("shmem"));
}

/** memory.stat with `memory.current` and `memory.max`, which may be `max`. */
export function readMemoryV2(rows: Rows): ContainerMemory | undefined {
  const facts = factsOf(rows);
  if (facts.size === 0) return undefined;
  const of = (name: string): number | undefined => decimal(facts.get(name)?.[0]);
  return memoryOf(facts, "memory.current", "memory.max", of("file"), of("shmem"));
}

/** `[io_service_bytes]` and `[io_serviced]`, each with `8:0 Read N` and `8:0 Write N`. */
export const readDisksV1 = (rows: Rows): ContainerDisks | undefined =>
  readDisks(rows, (block, [kind = "", value = ""]) => {
    const name =
      block === "io_service_bytes" ? "bytes" : block === "io_serviced" ? "ios" : undefined;
    return name === undefined ? [] : [[`${kind.charAt(0).toLowerCase()}${name}`, value]];
  });

/** `[io.stat]` with `8:0 rbytes=N wbytes=N rios=N wios=N`. */
export const readDisksV2 = (rows: Rows): ContainerDisks | undefined =>
  readDisks(rows, (block, words) =>
    block === "io.stat" ? words.map((word) => word.split("=", 2)) : [],
  );

type Facts = ReadonlyMap<string, readonly string[]>;

/** Words by the first of their line. */
const factsOf = (rows: Rows): Facts =>
  new Map(Array.from(rows, ([name = "", ...words]) => [name, words]));

function number(facts: Facts, name: string): number {
  const value = decimal(facts.get(name)?.[0]);
  if (value === undefined) throw new ParseError(`no number for ${name}`);
  return value;
}

function cpuOf(
  facts: Facts,
  available: number,
  user: string,
  system: string,
  unit: number,
): ContainerCpu {
  if (!Number.isFinite(available)) throw new ParseError("not the CPU time of the host");
  return {
    user: number(facts, user) * unit,
    system: number(facts, system) * unit,
    available,
    cpus: number(facts, "num_cpus"),
  };
}

function memoryOf(
  facts: Facts,
  usage: string,
  limit: string,
  cache = 0,
  shared?: number,
): ContainerMemory {
  const own = facts.get(limit)?.[0] === "max" ? Infinity : number(facts, limit);
  const ofHost = number(facts, "MemTotal:") * 1024;
  return { usage: number(facts, usage), cache, shared, limit: Math.min(own, ofHost) };
}

type Counters = Map<string, number>;
type ReadWords = (block: string, words: readonly string[]) => readonly (readonly string[])[];

/** Blocks of counters by the disks' numbers, and `[names]` with `sda 8:0`. */
function readDisks(rows: Rows, read: ReadWords): ContainerDisks | undefined {
  let block = "";
  let time: number | undefined;
  const names = new Map<string, string>();
  const disks = new Map<string, Counters>();
  for (const [first = "", ...words] of rows) {
    if (first.startsWith("[")) block = first.slice(1, -1);
    else if (block === "time") time ??= integer(first);
    else if (block === "names") names.set(words[0] ?? "", first);
    else if (first.includes(":")) {
      const counters: Counters = disks.get(first) ?? new Map<string, number>();
      for (const [name = "", text] of read(block, words)) {
        const value = integer(text);
        if (value !== undefined) counters.set(name, value);
      }
      disks.set(first, counters);
    }
  }
  if (block === "") return undefined;
  const named = Array.from(disks, ([id, counters]) => diskOf(names.get(id) ?? id, counters));
  return { time, disks: [...new Map(named.map((disk) => [disk.device, disk])).values()] };
}

const diskOf = (device: string, counters: Counters): ContainerDisk => ({
  device,
  read: counters.get("rbytes"),
  written: counters.get("wbytes"),
  reads: counters.get("rios"),
  writes: counters.get("wios"),
});
