import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding, measured, quietly } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { type Bounds, judge, type Levels, NEVER, NEVER_BELOW, scaled } from "../judge/levels.ts";
import { gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import {
  isWindows,
  WINDOWS_FIELDS,
  windowsMemory,
  windowsMemoryMetrics,
} from "../readings/windows_memory.ts";

/** Fields of /proc/meminfo, or of Windows, in bytes; the counts of huge pages as they are. */
export type Memory = ReadonlyMap<string, number>;

interface Params {
  readonly ram: Levels;
  readonly swap: Levels;
  readonly virtual: Levels;
  readonly total: Levels;
  readonly shm: Levels;
  readonly pagetables: Levels;
  readonly writeback: Levels;
  readonly committed: Levels;
  readonly commitlimit: Levels;
  readonly available: Levels;
  readonly vmalloc: Levels;
  readonly hardwarecorrupted: Levels;
}

// prettier-ignore
const SIZES = [
  "MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapCached", "Active", "Inactive",
  "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Unevictable", "Mlocked",
  "HighTotal", "HighFree", "LowTotal", "LowFree", "SwapTotal", "SwapFree", "Zswap", "Zswapped",
  "Dirty", "Writeback", "AnonPages", "Mapped", "Shmem", "KReclaimable", "Slab", "SReclaimable",
  "SUnreclaim", "KernelStack", "ShadowCallStack", "PageTables", "SecPageTables", "NFS_Unstable",
  "Bounce", "WritebackTmp", "CommitLimit", "Committed_AS", "VmallocTotal", "VmallocUsed",
  "VmallocChunk", "Percpu", "EarlyMemtestBad", "HardwareCorrupted", "AnonHugePages",
  "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped", "CmaTotal", "CmaFree",
  "Unaccepted", "Balloon", "Hugepagesize", "Hugetlb", "DirectMap4k", "DirectMap2M", "DirectMap4M",
  "DirectMap1G",
] as const;
const COUNTS = ["HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp"] as const;
type Field = (typeof SIZES)[number] | (typeof COUNTS)[number];
const FIELDS: ReadonlySet<string> = new Set([...SIZES, ...COUNTS, ...WINDOWS_FIELDS]);

const PLAIN: ReadonlySet<string> = new Set(COUNTS);

const LINE = /^([^:\s]+):\s+(\d+)(?:\s+kB)?$/;

/** `Active(anon)` as `Active_anon`. */
const identifier = (field: string): string => field.replace("(", "_").replace(")", "");

/** Under which name each field is perfdata; those that are judged have their own. */
const PERFDATA = SIZES.filter(
  (field) =>
    !/^(DirectMap|Huge|Vmalloc)/.test(field) &&
    !["Committed_AS", "PageTables", "Shmem"].includes(field),
).map((field) => {
  const name = identifier(field)
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
  return { field, name };
});

/** Windows has fields of the same names that mean something else. */
const ofLinux =
  (field: string) =>
  (memory: Memory): number | undefined =>
    isWindows(memory) ? undefined : memory.get(field);

/**
 * Main memory and swap.
 *
 * Section: mem   Source: /proc/meminfo (proc(5)); on Windows GlobalMemoryStatusEx, in the same form
 * Systems: Linux, Windows, FreeBSD, macOS, OpenVMS
 * Params: ram, shm, pagetables, writeback: ratios of the RAM; swap: of the swap; virtual, committed:
 * of RAM and swap together; total: used RAM and swap as a ratio of the RAM; commitlimit (of RAM and
 * swap), available (of the RAM): ratios, lower; vmalloc: bytes free, lower; hardwarecorrupted: bytes. Of Windows
 * ram and virtual alone are judged: the latter is what is committed
 */
export const mem: Check<Memory, Params> = {
  section: "mem",
  params: {
    ram: NEVER,
    swap: NEVER,
    virtual: { warn: 0.8, crit: 0.9 },
    total: { warn: 1.2, crit: 1.5 },
    shm: { warn: 0.2, crit: 0.3 },
    pagetables: { warn: 0.08, crit: 0.16 },
    writeback: NEVER,
    committed: { warn: 1, crit: 1.5 },
    commitlimit: { warn: 0.2, crit: 0.1 },
    available: NEVER_BELOW,
    vmalloc: { warn: 50 * 2 ** 20, crit: 30 * 2 ** 20 },
    hardwarecorrupted: { warn: 1, crit: 1 },
  },

  parse(rows) {
    const memory = new Map<string, number>();
    let lines = 0;
    for (const line of rows.lines()) {
      lines++;
      const [, field = "", digits] = LINE.exec(line) ?? [];
      const value = integer(digits);
      // Sizes are in KiB, though not every system says so.
      if (value !== undefined && FIELDS.has(field))
        memory.set(field, PLAIN.has(field) ? value : value * 1024);
    }
    if (lines === 0) return undefined;
    if (!memory.has("MemTotal") || !memory.has("MemFree"))
      throw new ParseError("neither MemTotal nor MemFree may be missing");
    return memory;
  },

  metrics: [
    ...SIZES.map((field) =>
      gauge(
        `node_memory_${identifier(field)}_bytes`,
        `${field} of /proc/meminfo, in bytes.`,
        ofLinux(field),
      ),
    ),
    ...COUNTS.map((field) =>
      gauge(`node_memory_${field}`, `${field} of /proc/meminfo.`, ofLinux(field)),
    ),
    ...windowsMemoryMetrics,
  ],

  *evaluate(memory, { params }) {
    if (isWindows(memory)) {
      const levels = { ram: params.ram, commit: params.virtual };
      yield conclude("Memory", windowsMemory(memory, levels));
      return;
    }
    const sum = (...fields: Field[]): number =>
      fields.reduce((total, field) => total + (memory.get(field) ?? 0), 0);
    const caches = sum("Buffers", "Cached", "SwapCached", "SReclaimable");
    const ram = { name: "RAM", size: sum("MemTotal") };
    const swap = { name: "Swap", size: sum("SwapTotal") };
    const virtual = { name: "virtual memory", size: ram.size + swap.size };
    const vmalloc = { name: "vmalloc area", size: sum("VmallocTotal") };
    const ramUsed = ram.size - sum("MemFree") - caches;
    const swapUsed = swap.size - sum("SwapFree");
    const used = ramUsed + swapUsed;
    const pending = sum("Dirty", "Writeback", "NFS_Unstable", "Bounce", "WritebackTmp");
    // Newer kernels do not tell: they say 0.
    const chunk = sum("VmallocChunk") || undefined;

    const more = [
      share("Total (RAM and swap)", used, ram, upper(params.total, ram)),
      share(
        "Committed",
        memory.get("Committed_AS"),
        virtual,
        upper(params.committed, virtual),
        "mem_lnx_committed_as",
      ),
      share("Commit limit", memory.get("CommitLimit"), virtual, lower(params.commitlimit, virtual)),
      share("Shared memory", memory.get("Shmem"), ram, upper(params.shm, ram), "mem_lnx_shmem"),
      share(
        "Page tables",
        memory.get("PageTables"),
        ram,
        upper(params.pagetables, ram),
        "mem_lnx_page_tables",
      ),
      share("Disk writeback", pending, ram, upper(params.writeback, ram)),
      share("RAM available", memory.get("MemAvailable"), ram, lower(params.available, ram)),
      share("Largest free vmalloc chunk", chunk, vmalloc, { lower: params.vmalloc }),
      share("Hardware corrupted", memory.get("HardwareCorrupted"), ram, {
        upper: params.hardwarecorrupted,
      }),
    ];
    yield conclude("Memory", [
      share("Total virtual memory", used, virtual, upper(params.virtual, virtual)),
      share("RAM", ramUsed, ram, upper(params.ram, ram), "mem_used"),
      share("Swap", swapUsed, swap, upper(params.swap, swap), "swap_used"),
      ...more.map((finding) => quietly(finding)),
      ...PERFDATA.flatMap(({ field, name }) => {
        const value = memory.get(field);
        return value === undefined ? [] : { perf: { name, value } };
      }),
      { perf: { name: "mem_used_percent", value: ratio(ramUsed, ram.size) * 100, max: 100 } },
      { perf: { name: "caches", value: caches } },
      { perf: { name: "pending", value: pending } },
      { perf: { name: "total_used", value: used } },
      { perf: { name: "total_total", value: virtual.size } },
    ]);
  },
};

/** What a size is a part of. */
interface Area {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

const upper = (levels: Levels, { size }: Area): Bounds => ({ upper: scaled(levels, size) });
const lower = (levels: Levels, { size }: Area): Bounds => ({ lower: scaled(levels, size) });

/** A part of an area, judged in bytes; perfdata where it has a name; nothing where nothing is known. */
function share(
  label: string,
  value: number | undefined,
  { name, size }: Area,
  levels: Bounds,
  metric?: string,
): Finding {
  if (value === undefined || size === 0) return {};
  // `RAM: 17% - 170 MiB of 995 MiB`, but `Page tables: 1% - 10 MiB of 995 MiB RAM`.
  const whole = label.endsWith(name) ? "" : ` ${name}`;
  const text = `${label}: ${percent(ratio(value, size))} - ${bytes(value)} of ${bytes(size)}${whole}`;
  if (metric !== undefined)
    return measured(text, { name: metric, value, levels, min: 0, max: size }, bytes);
  const verdict = judge(value, levels, bytes);
  return { state: verdict.state, text: text + verdict.text };
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
