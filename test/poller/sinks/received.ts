/** Reads requests of remote write by the books, with nothing of what wrote them. */

export interface ReceivedSample {
  /** `name="value"`, in the order in which they came. */
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  /** The bits of the value. */
  readonly bits: bigint;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** What is known of no number: a series ends. */
export const STALE = 0x7ff0000000000002n;

/** The samples of a compressed request. Throws at the first byte that breaks the rules. */
export function received(body: Buffer): ReceivedSample[] {
  return fields(inflated(body)).flatMap(([tag, series]) => {
    if (tag !== 1 || !Buffer.isBuffer(series)) throw new Error(`not a series: field ${tag}`);
    const labels: [string, string][] = [];
    const samples: { bits: bigint; time: number }[] = [];
    for (const [kind, part] of fields(series)) {
      if (!Buffer.isBuffer(part)) throw new Error("not a message");
      const found = new Map(fields(part));
      if (kind === 1) labels.push([text(found.get(1)), text(found.get(2))]);
      else samples.push({ bits: found.get(1) as bigint, time: Number(found.get(2)) });
    }
    return samples.map(({ bits, time }) => ({ labels, bits, time, value: numberOf(bits) }));
  });
}

/** `name{a="b"}` without the label of the host, as people write it. */
export function seriesName({ labels }: ReceivedSample): string {
  const [, name = ""] = labels.find(([label]) => label === "__name__") ?? [];
  const others = labels.filter(([label]) => label !== "__name__" && label !== "instance");
  return `${name}{${others.map(([label, value]) => `${label}="${value}"`).join(",")}}`;
}

const numberOf = (bits: bigint): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
};

function text(bytes: Buffer | bigint | undefined): string {
  if (!Buffer.isBuffer(bytes)) throw new Error("not a text");
  return new TextDecoder("utf8", { fatal: true }).decode(bytes);
}

/** The fields of a protobuf message, in their order. */
function fields(bytes: Buffer): [tag: number, value: Buffer | bigint][] {
  const all: [number, Buffer | bigint][] = [];
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const key = Number(varint(reader));
    if ((key & 7) === 0) all.push([key >> 3, varint(reader)]);
    else if ((key & 7) === 1) all.push([key >> 3, take(reader, 8).readBigUInt64LE()]);
    else if ((key & 7) === 2) all.push([key >> 3, take(reader, Number(varint(reader)))]);
    else throw new Error(`no such type: ${key & 7}`);
  }
  return all;
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function take(reader: Reader, length: number): Buffer {
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new Error("cut off");
  const taken = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return taken;
}

function varint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = take(reader, 1)[0]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new Error("a number without an end");
}

/** A block of snappy. */
function inflated(block: Buffer): Buffer {
  const reader = { bytes: block, at: 0 };
  const whole = Buffer.alloc(Number(varint(reader)));
  let end = 0;
  const number = (bytes: number): number => take(reader, bytes).readUIntLE(0, bytes);
  const copy = (length: number, offset: number): void => {
    if (offset === 0 || offset > end || end + length > whole.length) throw new Error("not a copy");
    for (const until = end + length; end < until; end++) whole[end] = whole[end - offset]!;
  };
  while (reader.at < block.length) {
    const tag = number(1);
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const literal = take(reader, (short < 60 ? short : number(short - 59)) + 1);
      if (end + literal.length > whole.length) throw new Error("more than was announced");
      end += literal.copy(whole, end);
    } else if (kind === 1) copy(((tag >> 2) & 7) + 4, ((tag >> 5) << 8) | number(1));
    else copy((tag >> 2) + 1, number(kind === 2 ? 2 : 4));
  }
  if (end !== whole.length) throw new Error("less than was announced");
  return whole;
}
