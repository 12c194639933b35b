/** What a host was like when it was first seen, and what later polls find different. */
import type { Baseline } from "./evaluate.ts";

/** Services of a host at most. */
export const MAX_REMEMBERED = 10_000;

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
 * accepted. Gives `known` itself where there is nothing to add.
 */
export function learn(known: Known | undefined, now: Sighting, isAbout: IsAbout): Known {
  if (!known) return now;
  const { accepted = [], ...kept } = known;
  const compared = new Map(Object.entries(kept.compared));
  let changed = accepted.length > 0;
  for (const [check, found] of Object.entries(now.compared)) {
    const before = compared.get(check) ?? {};
    const added = Object.entries(found).filter(
      ([item]) =>
        !Object.hasOwn(before, item) || accepted.some((service) => isAbout(check, service, item)),
    );
    if (added.length === 0) continue;
    compared.set(check, { ...before, ...Object.fromEntries(added) });
    changed = true;
  }
  if (!changed) return known;
  const others = kept.services.filter((name) => !accepted.includes(name));
  return {
    ...kept,
    compared: Object.fromEntries(compared),
    services: [...others, ...accepted.filter((name) => now.services.includes(name))],
  };
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
