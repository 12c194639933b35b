/** Metric families: who gives them, in which order they are shown, of which time they are. */
import type { Check } from "./judge/check.ts";
import type { Family } from "./judge/metrics.ts";

/** Families with or without labels of their own, as checks declare them. */
export type Metrics<Data = unknown> = Check<Data>["metrics"];

/** Who gives a family: metrics, and its place among theirs. */
interface Giver {
  readonly metrics: Metrics;
  readonly place: number;
}

/** The order in which families stand in the exposition, each once. */
export class Families {
  readonly list: readonly Family<unknown>[];
  readonly #givers = new Map<Family<unknown>, Giver[]>();
  readonly #shared = new Set<Family<unknown>>();

  /** Throws when two families that are not the same bear one name. */
  constructor(groups: readonly Metrics[]) {
    for (const family of groups.flatMap(declaredBy))
      if (this.#givers.has(family)) this.#shared.add(family);
      else this.#givers.set(family, []);
    // Several checks may have the very same metrics.
    for (const metrics of new Set(groups))
      for (const [place, family] of declaredBy(metrics).entries())
        this.#givers.get(family)?.push({ metrics, place });
    this.list = [...this.#givers.keys()];
    const names = new Set<string>();
    for (const { name } of this.list) {
      if (names.has(name)) throw new Error(`two metric families are named ${name}`);
      names.add(name);
    }
  }

  /** Each once, even where several checks share it. */
  givers(family: Family<unknown>): readonly Giver[] {
    return this.#givers.get(family) ?? [];
  }

  /** Whether several checks give this family, so that their series may meet. */
  isShared(family: Family<unknown>): boolean {
    return this.#shared.has(family);
  }
}

const declared = new WeakMap<Metrics, readonly Family<unknown>[]>();

/** The families that metrics give, in their order. */
export function declaredBy(metrics: Metrics): readonly Family<unknown>[] {
  const known = declared.get(metrics);
  if (known) return known;
  const all = metrics.flatMap((metric) => ("families" in metric ? metric.families : [metric]));
  declared.set(metrics, all);
  return all;
}

/** Epoch seconds of families. */
export type Times = ReadonlyMap<Family<unknown>, number>;

/**
 * The families of which all that was `taken` is of another time than the report; of several, the
 * latest.
 */
export function timesOf(
  taken: readonly { readonly metrics: Metrics; readonly time: number }[],
  report: number,
): Times {
  const others = taken.filter(({ time }) => time !== report);
  if (others.length === 0) return NO_TIMES;
  const times = new Map<Family<unknown>, number>();
  for (const { metrics, time } of others)
    for (const family of declaredBy(metrics))
      times.set(family, Math.max(time, times.get(family) ?? time));
  for (const { metrics, time } of taken)
    if (time === report) for (const family of declaredBy(metrics)) times.delete(family);
  return times;
}

const NO_TIMES: Times = new Map();
