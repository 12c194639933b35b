/** The fleet at a glance: where hosts come from, and what they come to. */
import { bytes, number, plural } from "../judge/format.ts";
import { type Load, NO_LOAD, shardsFor, together, TYPICAL_SERVICES } from "./estimate.ts";

/** What one source comes to. */
export interface Row {
  readonly name: string;
  readonly load: Load;
  readonly duplicates: number;
  /** Hosts whose reports come from a program or a file. */
  readonly withoutAddress: number;
}

/** Longer names of sources are cut in front: what tells them apart is at the end. */
const MAX_NAME = 48;

const HEADS = ["source", "hosts", "twice", "no address", "polls/s", "series", "scrape"] as const;

/** A table with a line for each source and one for all of them, and what its figures are from. */
export function picture(rows: readonly Row[], maxOpen: number): string {
  const loads = rows.map(({ load }) => load);
  const load = loads.reduce(together, NO_LOAD);
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const all: Row = {
    ...{ name: "all", load },
    duplicates: sum(({ duplicates }) => duplicates),
    withoutAddress: sum(({ withoutAddress }) => withoutAddress),
  };
  const shown = rows.length === 1 ? rows : [...rows, all];
  const shards = shardsFor(load.bytes);
  return [
    ...aligned([HEADS, ...shown.map(cells)]),
    "",
    `Series and sizes are estimated: ${sources(load)}.`,
    ...(load.limited > 0
      ? [`${plural(load.limited, "host")} may have more series than poll.max_series lets through.`]
      : []),
    `If every host hung, ${plural(Math.ceil(load.hanging), "connection")} would be open; poll.max_open is ${maxOpen}.`,
    ...(shards > 1 ? [`One of ${shards} parts has about ${bytes(load.bytes / shards)}.`] : []),
    "",
  ].join("\n");
}

const cells = ({ name, load, duplicates, withoutAddress }: Row): string[] => [
  name.length > MAX_NAME ? `…${name.slice(1 - MAX_NAME)}` : name,
  String(load.hosts),
  String(duplicates),
  String(withoutAddress),
  number(load.pollsPerSecond),
  String(Math.round(load.series)),
  bytes(load.bytes),
];

function sources({ hosts, known }: Load): string {
  const typical = `a typical host with ${TYPICAL_SERVICES} services`;
  if (known === 0) return `by ${typical}, as nothing is known of these`;
  const own = "by the services that the state directory knows of";
  return known === hosts
    ? `${own} them`
    : `${own} ${known}, by ${typical} for the other ${hosts - known}`;
}

/** Names to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  "),
  );
}
