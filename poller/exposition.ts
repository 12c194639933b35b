import { setImmediate as nextTurn } from "node:timers/promises";
import { pollFamilies } from "./host_metrics.ts";
import type { Family } from "./judge/metrics.ts";
import type { Families, Fragments } from "./render.ts";
import type { Snapshot } from "./snapshots.ts";

/** Prometheus' text format, version 0.0.4. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const CHUNK_BYTES = 128 * 1024;

const all = (): boolean => true;

/**
 * The metrics of hosts: family by family under one heading, in each the hosts in their order. Chunks
 * come one by one as they are taken, and the event loop has its turn between them. Of a report's
 * families there are only those that are `wanted`.
 */
export function exposition(
  snapshots: readonly Snapshot[],
  reportFamilies: Families,
  wanted: (family: Family<unknown>) => boolean = all,
): AsyncGenerator<Buffer, void> {
  const polls = snapshots.map(({ fragments }) => fragments);
  const reports = snapshots.flatMap(({ outcome }) => (outcome ? [outcome.fragments] : []));
  return inChunks(byFamily(pollFamilies, polls, all), byFamily(reportFamilies, reports, wanted));
}

/** A stretch of a host's text, or a heading. */
interface Piece {
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
}

function* byFamily(
  families: Families,
  hosts: readonly Fragments[],
  wanted: (family: Family<unknown>) => boolean,
): Generator<Piece, void> {
  for (const [index, family] of families.list.entries()) {
    if (!wanted(family)) continue;
    let headed = false;
    for (const { text, starts } of hosts) {
      const start = starts[index] ?? 0;
      const end = starts[index + 1] ?? 0;
      if (start === end) continue;
      if (!headed) yield heading(family);
      headed = true;
      yield { text, start, end };
    }
  }
}

/** Joins pieces into chunks of `CHUNK_BYTES`; a longer piece is cut over several. */
async function* inChunks(...series: readonly Iterable<Piece>[]): AsyncGenerator<Buffer, void> {
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let used = 0;
  for (const pieces of series)
    for (const { text, start, end } of pieces)
      for (let at = start; at < end;) {
        const copied = text.copy(chunk, used, at, end);
        at += copied;
        used += copied;
        if (used < CHUNK_BYTES) continue;
        yield chunk;
        await nextTurn();
        chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
        used = 0;
      }
  if (used > 0) yield chunk.subarray(0, used);
}

function heading({ name, help, type }: Family<unknown>): Piece {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  const text = Buffer.from(`# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n`);
  return { text, start: 0, end: text.length };
}
