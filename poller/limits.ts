import type { Drops } from "./render.ts";

/** How often each limit cut something from a report; only those that did. */
export type Limits = Readonly<Record<string, number>>;

/** What was cut from a report and from what was made of it. */
export function limitsOf(cut: Limits | undefined, { limit, truncated }: Drops): Limits {
  const limits: Record<string, number> = {};
  if (limit > 0) limits["series"] = limit;
  for (const name in cut) {
    const count = cut[name] ?? 0;
    if (count > 0) limits[name] = count;
  }
  if (truncated > 0) limits["label_length"] = truncated;
  return limits;
}
