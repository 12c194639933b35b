/** Space of what has a size, and room left. */
import { type Finding, measured } from "../judge/findings.ts";
import { bytes, percent } from "../judge/format.ts";
import { type Levels, scaled } from "../judge/levels.ts";

/** Bytes, and levels as a ratio of the size; nothing of what has no size. */
export function space(size: number, available: number, levels: Levels): Finding[] {
  if (!(size > 0)) return [];
  const used = size - available;
  return [
    measured(
      `Used: ${percent(used / size)} - ${bytes(used)} of ${bytes(size)}`,
      {
        name: "fs_used",
        value: used,
        levels: { upper: scaled(levels, size) },
        min: 0,
        max: size,
      },
      (bound) => percent(bound / size),
    ),
    { perf: { name: "fs_free", value: available, min: 0 } },
    { perf: { name: "fs_size", value: size, min: 0 } },
    { perf: { name: "fs_used_percent", value: (used / size) * 100, min: 0, max: 100 } },
  ];
}
