import { afterEach, describe, expect, test, vi } from "vitest";
import { Sealer } from "../../agent/sealer.ts";
import { parse } from "../../poller/parse.ts";
import { CRYPT_IDS, deriveKey, saltOf, unseal, type CryptId } from "../../wire/crypt.ts";

const PATIENCE = 20_000;
const REPORT = Buffer.from("<<<check_mk>>>\nVersion: 1.0\n<<<other>>>\nGr\xf6\xdfe\n", "latin1");
const BLOCK_BYTES = 16;

afterEach(() => void vi.useRealTimers());

async function opened(id: CryptId, passphrase: string, sealed: Buffer): Promise<Buffer> {
  return unseal(id, await deriveKey(id, passphrase, saltOf(id, sealed)), sealed);
}

describe.each(CRYPT_IDS)("with id %s", (id) => {
  test("who knows the passphrase reads the same sections", async () => {
    const sealed = (await Sealer.create(id, "s3cret")).seal(REPORT);
    expect(sealed.subarray(0, 2).toString()).toBe(id);
    expect(sealed.includes("Version")).toBe(false);
    const text = await opened(id, "s3cret", sealed);
    expect(text.subarray(0, 2).toString()).toBe("<<");
    expect(text.subarray(-REPORT.length)).toEqual(REPORT);
    const sections = (bytes: Buffer): unknown =>
      [...(parse(bytes).hosts[0]?.sections ?? [])].map(([name, { rows }]) => [name, [...rows]]);
    expect(sections(text)).toEqual(sections(REPORT));
    expect(parse(text).refused).toEqual([]);
  });

  test("equal reports have no block in common, so nobody sees what changed between two", async () => {
    const sealer = await Sealer.create(id, "s3cret");
    const blocks = (sealed: Buffer): string[] =>
      Array.from({ length: 3 }, (_, i) =>
        sealed
          .subarray(sealed.length - BLOCK_BYTES * (i + 1), sealed.length - BLOCK_BYTES * i)
          .toString("hex"),
      );
    const [first, second] = [sealer.seal(REPORT), sealer.seal(REPORT)];
    expect(new Set([...blocks(first), ...blocks(second)]).size).toBe(6);
  });
});

test("a key serves an hour, then another takes its place, without a gap", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const sealer = await Sealer.create("05", "s3cret");
  const salt = (): string => saltOf("05", sealer.seal(REPORT)).toString("hex");
  const first = salt();
  vi.advanceTimersByTime(3_599_000);
  expect(salt()).toBe(first);
  vi.advanceTimersByTime(1000);
  expect(salt()).toBe(first);
  await vi.waitFor(() => expect(salt()).not.toBe(first), PATIENCE);
  expect((await opened("05", "s3cret", sealer.seal(REPORT))).includes(REPORT)).toBe(true);
});

test("while the key is being made the event loop goes on", async () => {
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  await Sealer.create("05", "s3cret");
  clearInterval(counting);
  expect(turns).toBeGreaterThan(5);
});
