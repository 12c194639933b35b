import type { Drops } from "./render.ts";

/** How often each limit cut something from a report; only those that did. */
export type Limits = Readonly<Record<string, number>>;

/** What was cut from a report and from what was made of it. */
export const limitsOf = (cut: Limits | undefined, drops: Drops): Limits =>
  Object.fromEntries(
    Object.entries({ series: drops.limit, ...cut, label_length: drops.truncated }).filter(
      ([, count]) => count > 0,
    ),
  );
