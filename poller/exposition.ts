import { setImmediate as nextTurn } from "node:timers/promises";
import type { Families, Metrics } from "./families.ts";
import { pollFamilies } from "./host_metrics.ts";
import type { Family } from "./judge/metrics.ts";
import type { Block } from "./render.ts";
import type { Snapshot } from "./snapshots.ts";

/** Prometheus' text format, version 0.0.4. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const CHUNK_BYTES = 128 * 1024;

/** Hosts that are looked through before the event loop gets its turn, and pieces without a text. */
const HOSTS_PER_TURN = 500;
const EMPTY_PER_TURN = 5000;

const all = (): boolean => true;

/**
 * The metrics of hosts: family by family under one heading, in each the hosts in their order. Chunks
 * come one by one as they are taken, and the event loop has its turn between them. Of a report's
 * families there are only those that are `wanted`.
 */
export async function* exposition(
  snapshots: readonly Snapshot[],
  reportFamilies: Families,
  wanted: (family: Family<unknown>) => boolean = all,
): AsyncGenerator<Buffer, void> {
  const blocks = new Map<Metrics, Block[]>();
  const sort = (some: readonly Block[] = []): void => {
    for (const block of some) {
      if (block.text.length === 0) continue;
      const others = blocks.get(block.metrics);
      if (others) others.push(block);
      else blocks.set(block.metrics, [block]);
    }
  };
  for (const [at, { blocks: own, outcome }] of snapshots.entries()) {
    sort(own);
    sort(outcome?.blocks);
    if (at % HOSTS_PER_TURN === HOSTS_PER_TURN - 1) await nextTurn();
  }
  yield* inChunks(byFamily(pollFamilies, blocks, all), byFamily(reportFamilies, blocks, wanted));
}

/** A stretch of a host's text, or a heading. */
interface Piece {
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Stands for much that was passed over. */
const PAUSE: Piece = { text: Buffer.alloc(0), start: 0, end: 0 };

function* byFamily(
  families: Families,
  blocks: ReadonlyMap<Metrics, readonly Block[]>,
  wanted: (family: Family<unknown>) => boolean,
): Generator<Piece, void> {
  let empty = 0;
  for (const family of families.list) {
    if (!wanted(family)) continue;
    let headed = false;
    for (const { metrics, place } of families.givers(family))
      for (const { text, ends } of blocks.get(metrics) ?? []) {
        const start = ends[place - 1] ?? 0;
        const end = ends[place] ?? 0;
        if (start === end) {
          if (++empty % EMPTY_PER_TURN === 0) yield PAUSE;
          continue;
        }
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
    for (const piece of pieces) {
      const { text, start, end } = piece;
      if (piece === PAUSE) await nextTurn();
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
    }
  if (used > 0) yield chunk.subarray(0, used);
}

function heading({ name, help, type }: Family<unknown>): Piece {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  const text = Buffer.from(`# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n`);
  return { text, start: 0, end: text.length };
}
