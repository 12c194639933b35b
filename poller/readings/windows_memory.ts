/**
 * Memory of a Windows host: RAM, and what may be committed, which is RAM and page files together.
 *
 * Source: the section `mem` of the Windows agent; GlobalMemoryStatusEx
 */
import { type Finding, measured } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";
import { type Family, gauge } from "../judge/metrics.ts";

/** Bytes by field. */
type Memory = ReadonlyMap<string, number>;

export const WINDOWS_FIELDS = ["PageTotal", "PageFree", "VirtualTotal", "VirtualFree"] as const;

export const isWindows = (memory: Memory): boolean =>
  memory.has("PageTotal") && memory.has("PageFree");

const ofWindows =
  (read: (memory: Memory) => number | undefined) =>
  (memory: Memory): number | undefined =>
    isWindows(memory) ? read(memory) : undefined;

export const windowsMemoryMetrics: readonly Family<Memory>[] = [
  gauge(
    "windows_memory_physical_total_bytes",
    "RAM.",
    ofWindows((memory) => memory.get("MemTotal")),
  ),
  gauge(
    "windows_memory_physical_free_bytes",
    "RAM that can be had at once: free, or holding what is also on disk.",
    ofWindows((memory) => memory.get("MemFree")),
  ),
  gauge(
    "windows_memory_available_bytes",
    "RAM that can be had at once: free, or holding what is also on disk.",
    ofWindows((memory) => memory.get("MemFree")),
  ),
  gauge(
    "windows_memory_commit_limit",
    "How much memory can be committed: RAM and page files.",
    ofWindows((memory) => memory.get("PageTotal")),
  ),
  gauge("windows_memory_committed_bytes", "Memory that is committed.", ofWindows(committed)),
  gauge(
    "windows_memory_process_memory_limit_bytes",
    "Address space of a process.",
    ofWindows((memory) => memory.get("VirtualTotal")),
  ),
];

function committed(memory: Memory): number {
  return Math.max(0, (memory.get("PageTotal") ?? 0) - (memory.get("PageFree") ?? 0));
}

/** Levels are ratios of the whole. */
export function windowsMemory(
  memory: Memory,
  levels: { readonly ram: Levels; readonly commit: Levels },
): Finding[] {
  const ram = memory.get("MemTotal") ?? 0;
  const used = Math.max(0, ram - (memory.get("MemFree") ?? 0));
  const limit = memory.get("PageTotal") ?? 0;
  return [
    ...part("RAM", { name: "mem", used, total: ram, levels: levels.ram }),
    ...part("Commit charge", {
      name: "pagefile",
      used: committed(memory),
      total: limit,
      levels: levels.commit,
    }),
  ];
}

function part(
  label: string,
  of: {
    readonly name: string;
    readonly used: number;
    readonly total: number;
    readonly levels: Levels;
  },
): Finding[] {
  const { name, used, total, levels } = of;
  if (total === 0) return [];
  return [
    measured(
      `${label}: ${percent(used / total)} - ${bytes(used)} of ${bytes(total)}`,
      {
        name: `${name}_used`,
        value: used,
        levels: { upper: scaled(levels, total) },
        min: 0,
        max: total,
      },
      bytes,
    ),
    { perf: { name: `${name}_used_percent`, value: (used / total) * 100, min: 0, max: 100 } },
    { perf: { name: `${name}_total`, value: total, min: 0 } },
  ];
}
