import { expect, test } from "vitest";
import { Received } from "../../../poller/sources/received.ts";

const KIB = 1024;

const filled = (bytes: number, value: string): Buffer => Buffer.alloc(bytes, value);

test.each([
  ["on a sheet", true],
  ["in memory of its own", false],
])("what comes piece by piece is one %s", (_, brief) => {
  const received = new Received();
  const sizes = [2 * KIB, 60 * KIB, 1, 64 * KIB, 150 * KIB, 3 * KIB];
  for (const [index, size] of sizes.entries())
    received.append(filled(size + 5, String(index)), size, brief);
  const expected = Buffer.concat(sizes.map((size, index) => filled(size, String(index))));
  expect(received.size).toBe(expected.length);
  expect(received.bytes.equals(expected)).toBe(true);
});

test("two reports are never on one sheet, and a sheet that is left is used again", () => {
  const [one, two] = [new Received(), new Received()];
  one.append(filled(KIB, "1"), KIB, true);
  two.append(filled(KIB, "2"), KIB, true);
  expect(one.bytes.equals(filled(KIB, "1"))).toBe(true);
  const sheet = two.bytes.buffer;
  two.release();
  expect(two.size).toBe(0);
  two.release();
  const three = new Received();
  three.append(filled(KIB, "3"), KIB, true);
  expect(three.bytes.buffer).toBe(sheet);
  const four = new Received();
  four.append(filled(KIB, "4"), KIB, true);
  expect(four.bytes.buffer).not.toBe(sheet);
  expect(three.bytes.equals(filled(KIB, "3"))).toBe(true);
});

test("what has to wait settles in as much memory as it needs", () => {
  const received = new Received();
  received.append(filled(10 * KIB, "1"), 10 * KIB, true);
  const sheet = received.bytes.buffer;
  received.settle();
  expect(received.bytes.buffer.byteLength).toBeLessThan(20 * KIB);
  expect(received.bytes.equals(filled(10 * KIB, "1"))).toBe(true);
  const other = new Received();
  other.append(filled(KIB, "2"), KIB, true);
  expect(other.bytes.buffer).toBe(sheet);
});

test("a long report has a sheet of its own kind, which the next long one is written to as well", () => {
  const first = new Received();
  for (let piece = 0; piece < 40; piece++)
    first.append(filled(64 * KIB, String(piece % 10)), 64 * KIB, true);
  const expected = Buffer.concat(
    Array.from({ length: 40 }, (_, piece) => filled(64 * KIB, String(piece % 10))),
  );
  expect(first.bytes.equals(expected)).toBe(true);
  const sheet = first.bytes.buffer;
  const second = new Received();
  second.append(filled(2048 * KIB, "a"), 2048 * KIB, true);
  expect(second.bytes.buffer).not.toBe(sheet);
  first.release();
  second.release();
  const third = new Received();
  third.append(filled(2048 * KIB, "b"), 2048 * KIB, true);
  expect(third.bytes.buffer).toBe(sheet);
  expect(third.bytes.equals(filled(2048 * KIB, "b"))).toBe(true);
});

test("more than any sheet has room for is one all the same", () => {
  const received = new Received();
  const piece = filled(5 * 1024 * KIB, "x");
  for (let count = 0; count < 4; count++) received.append(piece, piece.length, true);
  expect(received.bytes.equals(Buffer.concat([piece, piece, piece, piece]))).toBe(true);
});
