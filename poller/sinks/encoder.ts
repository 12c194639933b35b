/**
 * Samples as remote write 1.0 wants them: protobuf's `WriteRequest`, compressed with snappy.
 *
 * Both formats may be cut and joined: repeated fields one after the other are one message, and the
 * elements of snappy blocks one after the other are one block, once the length in front is theirs
 * together. So each poll is encoded and compressed once, whatever batch it will be part of.
 *
 * Source: prometheus.io/docs/specs/prw/remote_write_spec, google/snappy's format_description.txt.
 */
import { PbfWriter } from "pbf";
import { compressSync } from "snappy";
import { type Labels, labelsOf, NAME_LABEL } from "./labels.ts";
import { type Series, seriesOf } from "./pieces.ts";

/** The value that ends a series: a NaN of which JavaScript keeps no more than that it is one. */
const STALE_MARKER = { low: 0x00000002, high: 0x7ff00000 } as const;

/** Names of families that are kept encoded. */
const MAX_FAMILIES = 16_384;

/** What is compressed at once, and the least that is sent at once. */
const MAX_PART_SAMPLES = 2000;
const MAX_PART_BYTES = 512 * 1024;

/** Some samples of one poll. */
export interface Part {
  readonly samples: number;
  /** Bytes before compression. */
  readonly size: number;
  /** Elements of a snappy block, without its length. */
  readonly elements: Buffer;
}

/** A whole request's body. */
export function bodyOf(parts: readonly Pick<Part, "size" | "elements">[]): Buffer {
  const writer = new PbfWriter();
  writer.writeVarint(parts.reduce((sum, { size }) => sum + size, 0));
  return Buffer.concat([writer.finish(), ...parts.map(({ elements }) => elements)]);
}

/** Encodes polls, one at a time. */
export class Encoder {
  readonly #external: Labels;
  readonly #writer = new PbfWriter(new Uint8Array(64 * 1024));
  readonly #scratch = new PbfWriter(new Uint8Array(4096));
  readonly #names = new Map<string, Uint8Array>();
  /** Of this poll; many families have the same ones. */
  readonly #labels = new Map<string, Encoded>();
  #parts: Part[] = [];
  #samples = 0;

  /** Labels that are added to series that do not have them. */
  constructor(external: Labels) {
    this.#external = external;
  }

  /** Adds the series of a family's text; gives how many. `time` is epoch milliseconds. */
  add(piece: Buffer, time: number): number {
    let count = 0;
    for (const series of seriesOf(piece)) {
      this.#add(series, time, series.value);
      count++;
    }
    return count;
  }

  /** Ends series. */
  end(ended: Iterable<Series>, time: number): void {
    for (const series of ended) this.#add(series, time, undefined);
  }

  /** What was added since the last time. */
  finish(): readonly Part[] {
    this.#cut();
    const parts = this.#parts;
    this.#parts = [];
    this.#labels.clear();
    return parts;
  }

  #add({ family, labels }: Series, time: number, value: number | undefined): void {
    const { before, after } = this.#encoded(labels);
    const name = this.#name(family);
    this.#writer.writeMessage(1, writeSeries, { before, name, after, value, time });
    this.#samples++;
    if (this.#samples === MAX_PART_SAMPLES || this.#writer.pos >= MAX_PART_BYTES) this.#cut();
  }

  #cut(): void {
    const { buf, pos } = this.#writer;
    if (this.#samples === 0) return;
    const block = compressSync(Buffer.from(buf.buffer, buf.byteOffset, pos));
    let start = 0;
    while ((block[start] ?? 0) >= 0x80) start++;
    const elements = Buffer.from(block.subarray(start + 1));
    this.#parts.push({ samples: this.#samples, size: pos, elements });
    this.#writer.pos = 0;
    this.#samples = 0;
  }

  #name(family: string): Uint8Array {
    const known = this.#names.get(family);
    if (known) return known;
    if (this.#names.size === MAX_FAMILIES) this.#names.clear();
    const bytes = this.#bytes([[NAME_LABEL, family]]);
    this.#names.set(family, bytes);
    return bytes;
  }

  #encoded(text: string): Encoded {
    const known = this.#labels.get(text);
    if (known) return known;
    const labels = labelsOf(text, this.#external);
    const at = labels.findIndex(([name]) => name > NAME_LABEL);
    const split = at < 0 ? labels.length : at;
    const before = split === 0 ? NONE : this.#bytes(labels.slice(0, split));
    const both = { before, after: this.#bytes(split === 0 ? labels : labels.slice(split)) };
    this.#labels.set(text, both);
    return both;
  }

  #bytes(labels: Labels): Uint8Array {
    this.#scratch.pos = 0;
    for (const label of labels) this.#scratch.writeMessage(1, writeLabel, label);
    return this.#scratch.buf.slice(0, this.#scratch.pos);
  }
}

/** Labels that sort before and after the name of a series; they have to be in order. */
interface Encoded {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

interface EncodedSeries extends Encoded {
  readonly name: Uint8Array;
  /** `undefined`: it ends. */
  readonly value: number | undefined;
  readonly time: number;
}

const NONE = new Uint8Array(0);

const SURROGATE = /[\ud800-\udfff]/;

function writeLabel([name, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  // pbf writes characters from U+20000 on as if they were others.
  if (SURROGATE.test(value)) writer.writeBytesField(2, Buffer.from(value));
  else writer.writeStringField(2, value);
}

function writeSeries(series: EncodedSeries, writer: PbfWriter): void {
  writeRaw(series.before, writer);
  writeRaw(series.name, writer);
  writeRaw(series.after, writer);
  writer.writeMessage(2, writeSample, series);
}

function writeRaw(bytes: Uint8Array, writer: PbfWriter): void {
  writer.realloc(bytes.length);
  writer.buf.set(bytes, writer.pos);
  writer.pos += bytes.length;
}

function writeSample({ value, time }: EncodedSeries, writer: PbfWriter): void {
  if (value !== undefined) writer.writeDoubleField(1, value);
  else {
    writer.writeTag(1, FIXED_64);
    writer.writeFixed32(STALE_MARKER.low);
    writer.writeFixed32(STALE_MARKER.high);
  }
  writer.writeVarintField(2, time);
}

const FIXED_64 = 1;
