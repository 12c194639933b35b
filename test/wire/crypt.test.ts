import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CRYPT_IDS,
  deriveKey,
  newSalt,
  saltOf,
  seal,
  SealError,
  unseal,
} from "../../wire/crypt.ts";
import { shared, testWith } from "../peers.ts";

const dumps = join(shared.path, "corpus", "dumps");

describe.each(CRYPT_IDS)("encryption %s", (id) => {
  const salt = newSalt(id);
  const sealed = async (text: Buffer, passphrase = "s3cret"): Promise<Buffer> =>
    seal(id, await deriveKey(id, passphrase, salt), salt, text);

  test("opens what it sealed, whatever it was", async () => {
    const key = await deriveKey(id, "pässword", salt);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(unseal(id, key, seal(id, key, salt, Buffer.from(bytes)))).toEqual(
          Buffer.from(bytes),
        );
      }),
    );
  });

  test("starts with its two digits and states its salt", async () => {
    const bytes = await sealed(Buffer.from("<<<check_mk>>>\n"));
    expect(bytes.toString("latin1", 0, 2)).toBe(id);
    expect(saltOf(id, bytes)).toEqual(salt);
  });

  test("does not open with another passphrase", async () => {
    const text = Buffer.from("<<<check_mk>>>\nVersion: 1\n");
    const other = await deriveKey(id, "other", salt);
    let opened: Buffer | undefined;
    try {
      opened = unseal(id, other, await sealed(text));
    } catch (error) {
      expect(error).toBeInstanceOf(SealError);
    }
    // Without a MAC one wrong key in 256 has padding that looks right.
    expect(opened).not.toEqual(text);
  });

  test("survives any cut with a clear error", async () => {
    const bytes = await sealed(Buffer.from("<<<check_mk>>>\nVersion: 1\n"));
    const key = await deriveKey(id, "s3cret", salt);
    for (let length = 2; length < bytes.length - 16; length++)
      expect(() => {
        saltOf(id, bytes.subarray(0, length));
        unseal(id, key, bytes.subarray(0, length));
      }).toThrow(SealError);
  });

  testWith(shared)("opens what the real agent sealed", async () => {
    const bytes = readFileSync(
      join(dumps, `linux-2.4.0p21-debian12-container.encrypted-${id}.bin`),
    );
    const plain = readFileSync(join(dumps, "linux-2.4.0p21-debian12-container.txt"));
    expect(unseal(id, await deriveKey(id, "s3cret", saltOf(id, bytes)), bytes)).toEqual(plain);
  });
});

describe.each(["04", "05"] as const)("encryption %s, authenticated", (id) => {
  test("refuses a text of which one bit was changed", async () => {
    const salt = newSalt(id);
    const key = await deriveKey(id, "s3cret", salt);
    const bytes = seal(id, key, salt, Buffer.from("<<<check_mk>>>\n"));
    for (let at = 2 + salt.length; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => unseal(id, key, changed)).toThrow(SealError);
    }
  });
});
