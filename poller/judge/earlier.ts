/** What earlier reports said, for rates. */

/** Data of earlier sections, by the names of their checks. */
export type Previous = ReadonlyMap<string, Earlier>;

export interface Earlier {
  readonly data: unknown;
  /** Epoch seconds. */
  readonly at: number;
  /** Of the section that it was read from: its size, and what it was. */
  readonly bytes?: number | undefined;
  readonly key?: string | undefined;
}

/** So much of what earlier reports had and the last one lacked is kept of a host, in bytes. */
const MAX_LACKED = 1 << 20;

/**
 * What of `previous` is kept beside what there is now: a report may lack a section, and the next one
 * have it again. Of what is too much, the latest.
 */
export function lacked(now: Previous, previous: Previous = new Map()): [string, Earlier][] {
  let isNone = true;
  for (const name of previous.keys()) isNone &&= now.has(name);
  if (isNone) return [];
  let room = MAX_LACKED;
  return [...previous]
    .filter(([name]) => !now.has(name))
    .sort(([, a], [, b]) => b.at - a.at)
    .filter(([, { bytes = 0 }]) => {
      const fits = bytes <= room;
      if (fits) room -= bytes;
      return fits;
    });
}
