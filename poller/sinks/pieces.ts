/** The rendered metrics of a host, as the series that they are. */
import { declaredBy } from "../families.ts";
import type { Family } from "../judge/metrics.ts";
import { type Block, pieceAt } from "../render.ts";

/** A series as it stands in the text: `name{labels} ` up to its value. */
export interface Series {
  readonly family: string;
  /** With the braces, escaped. */
  readonly labels: string;
  readonly value: number;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** The texts of families, those that there are. */
export type Pieces = ReadonlyMap<Family<unknown>, Buffer>;

export function piecesOf(blocks: readonly Block[] = []): Pieces {
  const pieces = new Map<Family<unknown>, Buffer>();
  for (const block of blocks)
    for (const [place, family] of declaredBy(block.metrics).entries()) {
      const piece = pieceAt(block, place);
      if (piece.length === 0) continue;
      const before = pieces.get(family);
      pieces.set(family, before ? Buffer.concat([before, piece]) : piece);
    }
  return pieces;
}

export const NONE = Buffer.alloc(0);

/** The series of a piece, in their order. */
export function* seriesOf(piece: Buffer): Generator<Series, void> {
  const text = piece.toString();
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const space = text.lastIndexOf(" ", end);
    const brace = text.indexOf("{", start);
    yield {
      family: text.slice(start, brace),
      labels: text.slice(brace, space),
      value: numberOf(text.slice(space + 1, end)),
    };
    start = end + 1;
  }
}

/** As `formatNumber` writes it. */
const numberOf = (text: string): number =>
  text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);

/** How many series a piece holds. */
export function countSeries(piece: Buffer): number {
  let count = 0;
  for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Series that were there before and are not there now. */
export function vanished(before: Buffer, now: Buffer): readonly Series[] {
  if (before.length === 0 || areSame(before, now)) return [];
  const there = new Set(Array.from(seriesOf(now), ({ labels }) => labels));
  return [...seriesOf(before)].filter(({ labels }) => !there.has(labels));
}

/** Whether the same series stand in the same order. Most polls find a host as it was. */
function areSame(a: Buffer, b: Buffer): boolean {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length)
    if (a[i] === b[j]) {
      i++;
      j++;
    } else {
      const [endA, endB] = [a.indexOf(NEWLINE, i), b.indexOf(NEWLINE, j)];
      if (!isValue(a, i, endA) || !isValue(b, j, endB)) return false;
      [i, j] = [endA + 1, endB + 1];
    }
  return i === a.length && j === b.length;
}

/** Whether what is left of a line is of its value: there is a space in front of every value. */
function isValue(text: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text[at] === SPACE) return false;
  return true;
}
