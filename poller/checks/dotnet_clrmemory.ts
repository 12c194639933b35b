import type { Check } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { type Entry, numberIn, readTables } from "../readings/wmi.ts";

export interface Process {
  /** `w3wp`; of the second of that name `w3wp#1`; of all together `_Global_`. */
  readonly name: string;
  /** By Windows' names in lower case: bytes, and numbers. */
  readonly counts: ReadonlyMap<string, number>;
  /** Ratio of the time between the last two collections. */
  readonly collecting?: number | undefined;
}

interface Params {
  readonly processes: readonly string[];
  readonly collecting: Levels;
}

const GLOBAL = "_Global_";

const GAUGES = [
  ["finalization_survivors", "FinalizationSurvivors", "Objects kept until they are finalized."],
  ["number_gc_handles", "NumberGCHandles", "Handles of the collector."],
  ["number_pinned_objects", "NumberofPinnedObjects", "Objects that may not be moved."],
  ["number_sink_blocksinuse", "NumberofSinkBlocksinuse", "Blocks for synchronisation in use."],
  ["committed_bytes", "NumberTotalcommittedBytes", "Memory committed by the collector."],
  ["reserved_bytes", "NumberTotalreservedBytes", "Memory reserved by the collector."],
] as const;
const COUNTERS = [
  ["allocated_bytes", "AllocatedBytesPersec", "Bytes allocated on the heap."],
  ["induced_gc", "NumberInducedGC", "Collections that the program asked for."],
] as const;

/** By generation, and of large objects. */
const HEAPS = [
  ["Gen0", "Gen0heapsize"],
  ["Gen1", "Gen1heapsize"],
  ["Gen2", "Gen2heapsize"],
  ["LOH", "LargeObjectHeapsize"],
] as const;
const PROMOTED = [
  ["Gen0", "Gen0PromotedBytesPerSec"],
  ["Gen1", "Gen1PromotedBytesPerSec"],
] as const;
const COLLECTIONS = [
  ["Gen0", "NumberGen0Collections"],
  ["Gen1", "NumberGen1Collections"],
  ["Gen2", "NumberGen2Collections"],
] as const;

const single = (processes: readonly Process[]) => processes.filter(({ name }) => name !== GLOBAL);

const counted = ({ counts }: Process, column: string): number | undefined =>
  counts.get(column.toLowerCase());

const byArea =
  (areas: readonly (readonly [area: string, column: string])[]) =>
  (processes: readonly Process[]) =>
    single(processes).flatMap((process) =>
      areas.map(([area, column]) => ({
        name: process.name,
        area,
        value: counted(process, column),
      })),
    );
const AREA_LABELS = {
  process: ({ name }: { readonly name: string }) => name,
  area: ({ area }: { readonly area: string }) => area,
};

/**
 * Memory of .NET programs, and the time they spend on collecting what they no longer need.
 *
 * Section: dotnet_clrmemory   Source: Win32_PerfRawData_NETFramework_NETCLRMemory
 * Systems: Windows
 * Params: processes: patterns of names that get a service; collecting: ratio of the time
 */
export const dotnetClrmemory: Check<readonly Process[], Params> = {
  section: "dotnet_clrmemory",
  params: { processes: [GLOBAL], collecting: { warn: 0.1, crit: 0.15 } },

  parse(rows) {
    const processes = new Map<string, Process>();
    for (const entry of [...readTables(rows).values()].flat()) {
      const process = readProcess(entry);
      if (process && !processes.has(process.name)) processes.set(process.name, process);
    }
    return processes.size === 0 ? undefined : [...processes.values()];
  },

  metrics: [
    each(single, { process: ({ name }) => name }, [
      ...GAUGES.map(([name, column, help]) =>
        gauge<Process>(`windows_netframework_clrmemory_${name}`, help, (one) =>
          counted(one, column),
        ),
      ),
      ...COUNTERS.map(([name, column, help]) =>
        counter<Process>(`windows_netframework_clrmemory_${name}_total`, help, (one) =>
          counted(one, column),
        ),
      ),
      gauge(
        "windows_netframework_clrmemory_gc_time_percent",
        "Time spent on the last collection, in percent.",
        ({ collecting }) => collecting && collecting * 100,
      ),
    ]),
    each(byArea(HEAPS), AREA_LABELS, [
      gauge("windows_netframework_clrmemory_heap_size_bytes", "Size of heaps.", (one) => one.value),
    ]),
    each(byArea(PROMOTED), AREA_LABELS, [
      gauge(
        "windows_netframework_clrmemory_promoted_bytes",
        "Bytes that survived the last collection.",
        (one) => one.value,
      ),
    ]),
    each(byArea(COLLECTIONS), AREA_LABELS, [
      counter(
        "windows_netframework_clrmemory_collections_total",
        "Collections.",
        (one) => one.value,
      ),
    ]),
  ],

  *evaluate(processes, { params }) {
    for (const one of processes) {
      if (!matchesAny(one.name, params.processes)) continue;
      const value = one.collecting === undefined ? undefined : one.collecting * 100;
      const levels = { upper: scaled(params.collecting, 100) };
      yield conclude(
        `DotNet Memory Management ${one.name}`,
        [
          ...found("Time in GC", { name: "percent", value, levels, min: 0, max: 100 }, (share) =>
            percent(share / 100),
          ),
          ...found(
            "Heaps",
            { name: "heap_size", value: counted(one, "NumberBytesinallHeaps"), min: 0 },
            bytes,
          ),
        ],
        one.name,
      );
    }
  },
};

function readProcess(entry: Entry): Process | undefined {
  const name = entry.get("name") ?? "";
  if (name === "") return undefined;
  const part = numberIn(entry, "PercentTimeinGC");
  const whole = numberIn(entry, "PercentTimeinGC_Base");
  const counts = [...entry.keys()].flatMap((column) => {
    const value = numberIn(entry, column);
    return value === undefined ? [] : [[column, value] as const];
  });
  return {
    name,
    counts: new Map(counts),
    // Of a program that never collected there is nothing to compare with.
    collecting: part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole,
  };
}
