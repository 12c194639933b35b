/**
 * What stands in the files of the queue: frames of a length and a CRC-32 (both 32 bits, little
 * endian), then a head as JSON, a newline, and the samples.
 */
import { crc32 } from "node:zlib";
import type { Part } from "./encoder.ts";
import type { Marks } from "./times.ts";

const FRONT_BYTES = 8;
const NEWLINE = 0x0a;

/** Longer ones are broken. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Some samples of one poll; the last of a poll says what is then sent of its host. */
export interface Frame extends Part {
  /** Epoch milliseconds at which it was put into the queue. */
  readonly at: number;
  readonly host?: string;
  /** Absent beside a host: nothing is sent of it any more. */
  readonly marks?: Marks;
  /** Bytes of all of it in the file. */
  readonly length: number;
}

interface Head {
  readonly n: number;
  readonly size: number;
  readonly at: number;
  readonly host?: string | undefined;
  readonly marks?: WrittenMarks | undefined;
}

/** JSON has no numbers that are not finite: they are null. */
export interface WrittenMarks {
  readonly poll: number | null;
  readonly own: number | null;
  readonly report: readonly [raw: number | null, sent: number | null];
  readonly families?: Readonly<Record<string, readonly [number | null, number | null]>>;
}

export const written = ({ poll, own, report, families }: Marks): WrittenMarks => ({
  poll,
  own,
  report: [report.raw, report.sent],
  ...(families.size > 0 && {
    families: Object.fromEntries(
      Array.from(families, ([name, { raw, sent }]) => [name, [raw, sent]]),
    ),
  }),
});

export const readMarks = ({ poll, own, report, families = {} }: WrittenMarks): Marks => ({
  poll: poll ?? -Infinity,
  own: own ?? -Infinity,
  report: readMark(report),
  families: new Map(Object.entries(families).map(([name, mark]) => [name, readMark(mark)])),
});

const readMark = ([raw, sent]: readonly [number | null, number | null]) => ({
  raw: raw ?? -Infinity,
  sent: sent ?? -Infinity,
});

/** A frame of a part; with the host after the last one of a poll, also without any. */
export function frame(
  { samples, size, elements }: Part,
  at: number,
  last?: { readonly host: string; readonly marks: Marks | undefined },
): Buffer {
  const head: Head = {
    n: samples,
    size,
    at,
    host: last?.host,
    marks: last?.marks && written(last.marks),
  };
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), elements]);
  const front = Buffer.alloc(FRONT_BYTES);
  front.writeUInt32LE(body.length, 0);
  front.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([front, body]);
}

/** The bytes of the frame at `offset`, as far as that can be seen; `undefined`: it is broken. */
export function frameLength(bytes: Buffer, offset: number): number | undefined {
  if (bytes.length - offset < FRONT_BYTES) return undefined;
  const length = bytes.readUInt32LE(offset);
  return length > MAX_FRAME_BYTES ? undefined : FRONT_BYTES + length;
}

/** The frame at `offset`; `undefined` where there is none that is whole. */
export function frameAt(bytes: Buffer, offset: number): Frame | undefined {
  const length = frameLength(bytes, offset);
  if (length === undefined || offset + length > bytes.length) return undefined;
  const body = bytes.subarray(offset + FRONT_BYTES, offset + length);
  if (crc32(body) !== bytes.readUInt32LE(offset + 4)) return undefined;
  const end = body.indexOf(NEWLINE);
  const { n, size, at, host, marks } = JSON.parse(body.toString("utf8", 0, end)) as Head;
  return {
    samples: n,
    size,
    at,
    length,
    elements: body.subarray(end + 1),
    ...(host !== undefined && { host }),
    ...(marks && { marks: readMarks(marks) }),
  };
}

/** All frames from `offset` up to the end or the first that is broken. */
export function* framesIn(bytes: Buffer, offset = 0): Generator<Frame, void> {
  for (let at = offset; ;) {
    const one = frameAt(bytes, at);
    if (!one) return;
    yield one;
    at += one.length;
  }
}
