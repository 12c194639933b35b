/** What a host was like when it was first seen, and what later polls find different. */
import type { Baseline } from "./evaluate.ts";

/** Services of a host at most. */
export const MAX_REMEMBERED = 10_000;

/** What is remembered of one check of a host at most: items, and characters of all of them. */
const MAX = { items: 5000, characters: 1 << 20 } as const;

/** What a good poll found of a host, as far as later ones are compared with it. */
export interface Sighting {
  /** Epoch seconds. */
  readonly at: number;
  readonly sections: readonly string[];
  readonly services: readonly string[];
  readonly compared: Baseline;
}

/** A sighting that is kept, and what of it the next good poll is to renew. */
export interface Known extends Sighting {
  /** Names of services that somebody has accepted as they will be found. */
  readonly accepted?: readonly string[];
  /** Whether others spoke for the host. */
  readonly isGuest?: boolean;
}

export interface Differences {
  readonly missingSections: readonly string[];
  readonly newServices: readonly string[];
  readonly vanishedServices: readonly string[];
}

/**
 * The first sighting is what is known; later ones add what checks have not compared yet, and what was
 * accepted. Gives `known` itself where there is nothing to add. Where there is more than may be
 * remembered, what was not found any more is forgotten first.
 */
export function learn(known: Known | undefined, now: Sighting, isAbout: IsAbout): Known {
  const { accepted = [], ...kept } = known ?? { ...now, compared: {} };
  const compared = new Map(Object.entries(kept.compared));
  let changed = accepted.length > 0;
  for (const [check, found] of Object.entries(now.compared)) {
    const before = compared.get(check);
    if (
      accepted.length === 0 &&
      before &&
      Object.keys(found).every((item) => Object.hasOwn(before, item))
    )
      continue;
    const isAccepted = (item: string): boolean =>
      accepted.some((service) => isAbout(check, service, item));
    const items = remembered(new Map(Object.entries(before ?? {})), found, isAccepted);
    if (!items && before) continue;
    compared.set(check, Object.fromEntries(items ?? []));
    changed = true;
  }
  if (known && !changed) return known;
  const others = kept.services.filter((name) => !accepted.includes(name));
  return {
    ...kept,
    compared: Object.fromEntries(compared),
    services: [...others, ...accepted.filter((name) => now.services.includes(name))],
  };
}

/** What was known and what was found, the latest last; `undefined` where that adds nothing. */
function remembered(
  before: ReadonlyMap<string, string>,
  found: Readonly<Record<string, string>>,
  isAccepted: (item: string) => boolean,
): Iterable<readonly [string, string]> | undefined {
  let room: number = MAX.characters;
  let count = 0;
  const fits = ([item, text]: readonly [string, string]): boolean => {
    const size = item.length + text.length;
    if (count === MAX.items || size > room) return false;
    count++;
    room -= size;
    return true;
  };
  const all = Object.entries(found);
  const isNew = ([item]: readonly [string, string]): boolean =>
    !before.has(item) || isAccepted(item);
  const still = all
    .flatMap((one) => (isNew(one) ? [] : [[one[0], before.get(one[0]) ?? ""] as const]))
    .filter(fits);
  const added = all.filter(isNew).filter(fits);
  if (added.length === 0) return undefined;
  const gone = [...before]
    .filter(([item]) => !Object.hasOwn(found, item))
    .reverse()
    .filter(fits);
  return [...gone.reverse(), ...still, ...added];
}

/** Whether it is for a service that a check remembers an item. */
export type IsAbout = (check: string, service: string, item: string) => boolean;

/** What is new, and what has gone. */
export function compare(known: Sighting, now: Sighting): Differences {
  return {
    missingSections: without(known.sections, now.sections),
    newServices: without(now.services, known.services),
    vanishedServices: without(known.services, now.services),
  };
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return all.filter((one) => !known.has(one));
}
