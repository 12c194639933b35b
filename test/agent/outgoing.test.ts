import { expect, test } from "vitest";
import { pack } from "../../agent/outgoing.ts";
import type { Report } from "../../agent/report.ts";
import { Sealer } from "../../agent/sealer.ts";
import { unframe } from "../../wire/tls.ts";

const bytes = Buffer.from(`<<<mem>>>\n${"MemTotal: 2048 kB\n".repeat(100)}`);
const report: Report = { bytes, at: 0, delivered: () => undefined };

test("a plain report leaves as it is, without a copy", async () => {
  const outgoing = await pack(report, {});
  expect(outgoing.bytes).toBe(bytes);
  expect(outgoing.frame).toBeUndefined();
});

test("over TLS it goes in a frame, made smaller", async () => {
  const { frame } = await pack(report, { tls: true });
  expect(frame?.subarray(0, 3)).toEqual(Buffer.of(0, 0, 1));
  expect(frame?.length).toBeLessThan(bytes.length / 5);
  expect(await unframe(frame!, { maxBytes: 1 << 20 })).toEqual(bytes);
});

test("encrypted over TLS, the frame holds the encrypted text as it is", async () => {
  const sealer = await Sealer.create("04", "s3cret");
  const outgoing = await pack(report, { sealer, tls: true });
  expect(outgoing.bytes.subarray(0, 2).toString()).toBe("04");
  expect(outgoing.frame).toEqual(Buffer.concat([Buffer.of(0, 0, 0), outgoing.bytes]));
});
