/** How a check declares the metric families that it gives. */

/** A metric family and how its value is read from a thing; no value, no sample. */
export interface Family<Thing> {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter" | "untyped";
  read(thing: Thing): number | undefined;
}

/** Families with labels: one sample of each family for each thing that is found in the data. */
export interface PerThing<Data, Thing = unknown> {
  readonly labels: readonly string[];
  /** The things; label values must tell them apart. */
  things(data: Data): Iterable<Thing>;
  /** Values in the order of `labels`. */
  values(thing: Thing): readonly string[];
  readonly families: readonly Family<Thing>[];
}

type Read<Thing> = (thing: Thing) => number | undefined;

export const gauge = <Thing>(name: string, help: string, read: Read<Thing>): Family<Thing> => ({
  name,
  help,
  type: "gauge",
  read,
});

export const counter = <Thing>(name: string, help: string, read: Read<Thing>): Family<Thing> => ({
  name,
  help,
  type: "counter",
  read,
});

/** For numbers whose meaning we cannot know. */
export const untyped = <Thing>(name: string, help: string, read: Read<Thing>): Family<Thing> => ({
  name,
  help,
  type: "untyped",
  read,
});

/**
 * Families that share things and labels.
 *
 * @example
 * each((df: Df) => df.filesystems, { device: (fs) => fs.device }, [
 *   gauge("node_filesystem_size_bytes", "Size.", (fs) => fs.size),
 * ])
 */
export function each<Data, Thing>(
  things: (data: Data) => Iterable<Thing>,
  labels: Readonly<Record<string, (thing: Thing) => string>>,
  families: readonly Family<Thing>[],
): PerThing<Data> {
  const readers = Object.values(labels);
  const group: PerThing<Data, Thing> = {
    labels: Object.keys(labels),
    things,
    values: (thing) => readers.map((read) => read(thing)),
    families,
  };
  return group;
}

/** The families of a part of the data. */
export const of = <Data, Part>(
  part: (data: Data) => Part,
  group: PerThing<Part>,
): PerThing<Data> => ({ ...group, things: (data) => group.things(part(data)) });
