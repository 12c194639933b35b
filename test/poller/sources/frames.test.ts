import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, FrameReader, KINDS } from "../../../poller/sources/frames.ts";

const anyFrame = fc.record({
  id: fc.nat({ max: 2 ** 32 - 1 }),
  kind: fc.constantFrom(...KINDS),
  body: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
});

test("frames come as they were sent, however they are cut", () => {
  fc.assert(
    fc.property(fc.array(anyFrame), fc.integer({ min: 1, max: 30 }), (frames, size) => {
      const bytes = Buffer.concat(frames.map(({ kind, id, body }) => encodeFrame(kind, id, body)));
      const reader = new FrameReader();
      const read = [];
      for (let at = 0; at < bytes.length; at += size)
        for (const frame of reader.read(bytes.subarray(at, at + size))) read.push(frame);
      expect(read).toEqual(frames);
    }),
  );
});

test("a large frame in many pieces takes time in proportion", () => {
  const body = Buffer.alloc(8 * 1024 * 1024, "x");
  const bytes = encodeFrame("output", 1, body);
  const reader = new FrameReader();
  const began = performance.now();
  const read = [];
  for (let at = 0; at < bytes.length; at += 4096)
    for (const frame of reader.read(bytes.subarray(at, at + 4096))) read.push(frame);
  expect(read.map((frame) => frame.body.equals(body))).toEqual([true]);
  expect(performance.now() - began).toBeLessThan(2000);
});

test.each([
  ["a length without bound", Buffer.from("ffffffff0000000001", "hex")],
  ["an unknown kind", Buffer.from("000000000000000009", "hex")],
])("%s is refused", (_, bytes) => {
  expect(() => [...new FrameReader().read(bytes)]).toThrow("a frame");
});
