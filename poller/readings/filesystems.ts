/** Space and inodes of file systems. */
import { type Finding, measured } from "../judge/findings.ts";
import { bytes, number, percent } from "../judge/format.ts";
import { judge, type Levels } from "../judge/levels.ts";

export interface Filesystem {
  readonly device: string;
  readonly fstype: string;
  readonly mountpoint: string;
  /** Of Windows: `C:`, or the folder it is mounted at. */
  readonly volume?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Bytes in use; what is reserved for root is neither used nor available. */
  readonly used: number;
  readonly available: number;
  readonly inodes?: { readonly total: number; readonly free: number } | undefined;
}

/** Ratios of the size, or bytes from 2 on; of inodes, ratios of all, or how many. */
export interface SpaceParams {
  readonly used: Levels;
  readonly free: Levels;
  readonly inodes: Levels;
  readonly magic: { readonly factor: number; readonly normsize: number; readonly low: Levels };
  readonly reserved: { readonly show: boolean; readonly subtract: boolean };
}

/** Space and inodes of some file systems together. */
export function space(filesystems: readonly Filesystem[], params: SpaceParams): Finding[] {
  const sum = (read: (one: Filesystem) => number): number =>
    filesystems.reduce((total, one) => total + read(one), 0);
  const size = sum((one) => one.size);
  const available = sum((one) => one.available);
  const reserved = Math.max(0, size - sum((one) => one.used) - available);
  const usable = params.reserved.subtract ? size - reserved : size;
  const used = usable - available;
  const ratio = usable > 0 ? used / usable : 0;
  const levels = { upper: usedLevels(usable, params) };
  const files = sum((one) => one.inodes?.total ?? 0);
  const filesFree = sum((one) => one.inodes?.free ?? 0);
  return [
    measured(
      `Used: ${percent(ratio)} - ${bytes(used)} of ${bytes(usable)}`,
      { name: "fs_used", value: used, levels, min: 0, max: usable },
      (bound) => percent(bound / usable),
    ),
    freeSpace(available, usable, params),
    { perf: { name: "fs_used_percent", value: ratio * 100, min: 0, max: 100 } },
    { perf: { name: "fs_size", value: size, min: 0 } },
    ...(params.reserved.show && reserved > 0
      ? [
          {
            text: `reserved for root: ${percent(reserved / size)} - ${bytes(reserved)}`,
            perf: { name: "reserved", value: reserved },
          },
        ]
      : []),
    ...(files > 0 ? [inodes(files, filesFree, params)] : []),
  ];
}

/** Levels that are shares of a whole, or amounts from 2 on, as amounts. */
const amounts = ({ warn, crit }: Levels, whole: number): Levels => {
  const amount = (level: number): number => (level >= 2 ? level : level * whole);
  return { warn: amount(warn), crit: amount(crit) };
};

/** What is used tells it, unless it is too little. */
function freeSpace(value: number, size: number, { free }: SpaceParams): Finding {
  const levels = { lower: amounts(free, size) };
  const render = free.warn >= 2 ? bytes : (amount: number): string => percent(amount / size);
  const { state, text } = judge(value, levels, render);
  const perf = { name: "fs_free", value, levels, min: 0 };
  return { state, text: text && `Free: ${render(value)}${text}`, perf };
}

/** Levels in bytes. */
function usedLevels(size: number, { used, magic }: SpaceParams): Levels {
  const bound = (level: number, low: number): number => {
    if (level >= 2) return level;
    if (magic.factor === 1) return level * size;
    const stretch = (size / magic.normsize) ** (magic.factor - 1);
    return Math.max(1 - (1 - level) * stretch, low) * size;
  };
  return { warn: bound(used.warn, magic.low.warn), crit: bound(used.crit, magic.low.crit) };
}

/** Judged by what is free; perfdata says what is used. */
function inodes(total: number, free: number, { inodes: levels }: SpaceParams): Finding {
  const lower = amounts(levels, total);
  const render = levels.warn >= 2 ? number : (count: number): string => percent(count / total);
  const verdict = judge(free, { lower }, render);
  return {
    state: verdict.state,
    text: `Inodes free: ${percent(free / total)} - ${number(free)}${verdict.text}`,
    quiet: true,
    perf: {
      name: "inodes_used",
      value: total - free,
      levels: { upper: { warn: total - lower.warn, crit: total - lower.crit } },
      min: 0,
      max: total,
    },
  };
}
