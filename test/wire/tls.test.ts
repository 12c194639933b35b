import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frame, FrameError, TLS_UPGRADE, unframe } from "../../wire/tls.ts";

const MiB = 1024 * 1024;
const text = Buffer.from("<<<check_mk>>>\nVersion: 1\n");
const limit = { maxBytes: MiB };

test("the upgrade is two digits in clear text", () => {
  expect(Buffer.from(TLS_UPGRADE)).toEqual(Buffer.of(0x31, 0x36));
});

describe.each([true, false])("a frame, compressed: %s", (compress) => {
  test("gives back what went in, whatever it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const body = Buffer.from(bytes);
        expect(await unframe(await frame(body, { compress }), limit)).toEqual(body);
      }),
    );
  });

  test("starts with version 0 and its compression", async () => {
    const head = (await frame(text, { compress })).subarray(0, 3);
    expect(head).toEqual(Buffer.of(0, 0, compress ? 1 : 0));
  });

  test("may be as long as the limit, and not a byte longer", async () => {
    const bytes = await frame(text, { compress });
    expect(await unframe(bytes, { maxBytes: text.length })).toEqual(text);
    await expect(unframe(bytes, { maxBytes: text.length - 1 })).rejects.toThrow(
      new RegExp(`longer than ${text.length - 1} bytes`),
    );
  });
});

test("a compressed report is a zlib stream behind the head", async () => {
  expect((await frame(text, { compress: true })).subarray(3)).toEqual(deflateSync(text));
  const report = Buffer.from("node_load1 0.12 0.11 0.09 1/123 4567\n".repeat(1000));
  expect((await frame(report, { compress: true })).length).toBeLessThan(report.length / 5);
});

test("a bomb is refused at the limit, not inflated", async () => {
  const bomb = Buffer.concat([Buffer.of(0, 0, 1), deflateSync(Buffer.alloc(256 * MiB))]);
  expect(bomb.length).toBeLessThan(MiB);
  const before = process.memoryUsage.rss();
  await expect(unframe(bomb, limit)).rejects.toThrow(
    new FrameError("too large", `longer than ${MiB} bytes once inflated`),
  );
  expect(process.memoryUsage.rss() - before).toBeLessThan(128 * MiB);
});

test("a cut within the head or within a compressed body is named", async () => {
  const bytes = await frame(text, { compress: true });
  for (let length = 0; length < bytes.length; length++)
    await expect(unframe(bytes.subarray(0, length), limit)).rejects.toThrow(
      new FrameError(
        "cut off",
        length < 3
          ? "cut off within the head of its TLS frame"
          : "cut off within its compressed body",
      ),
    );
});

test("what follows the end of a compressed body is ignored", async () => {
  const bytes = Buffer.concat([await frame(text, { compress: true }), Buffer.from("more")]);
  expect(await unframe(bytes, limit)).toEqual(text);
});

test.each([
  {
    ...{ what: "another version", bytes: [1, 0, 0] },
    ...{ fault: "unknown", says: "unknown version 256 of the TLS frame" },
  },
  {
    ...{ what: "another compression", bytes: [0, 0, 2, 9] },
    ...{ fault: "unknown", says: "unknown compression 2 in the TLS" },
  },
  {
    ...{ what: "no zlib stream", bytes: [0, 0, 1, 1, 2, 3] },
    ...{ fault: "damaged", says: "its compressed body is damaged" },
  },
  {
    ...{ what: "a wanted dictionary", bytes: [0, 0, 1, 0x78, 0xbb, 0, 0, 0, 1] },
    ...{ fault: "damaged", says: "damaged" },
  },
])("$what is refused", async ({ bytes, fault, says }) => {
  const refusal = unframe(Buffer.from(bytes), limit);
  await expect(refusal).rejects.toThrow(FrameError);
  await expect(refusal).rejects.toMatchObject({ fault });
  await expect(refusal).rejects.toThrow(says);
});

test("any bytes give a report within the limit or a FrameError", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 64 }).map((tail) => Uint8Array.of(0, 0, 1, 0x78, 0x9c, ...tail)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (any) => {
      const result = await unframe(Buffer.from(any), { maxBytes: 32 }).catch((e: unknown) => e);
      if (Buffer.isBuffer(result)) expect(result.length).toBeLessThanOrEqual(32);
      else expect(result).toBeInstanceOf(FrameError);
    }),
    { numRuns: 500 },
  );
});
