import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";

/**
 * The symmetric encryptions of a report: two digits that name one, then what is sealed.
 * AES-256-CBC with PKCS#7 padding throughout; they differ in how a passphrase becomes a key, and in
 * whether the text is authenticated. Source: wire/README.md, "Encryption".
 */
export const CRYPT_IDS = ["00", "02", "03", "04", "05"] as const;

export type CryptId = (typeof CRYPT_IDS)[number];

/** 32 bytes of key and 16 of initialisation vector. */
export interface Key {
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** What is sealed cannot be opened: another passphrase, or bytes that were changed or cut. */
export class SealError extends Error {
  override readonly name = "SealError";
}

interface Scheme {
  /** Bytes before the salt that always are the same. */
  readonly magic: Buffer;
  readonly saltBytes: number;
  readonly authenticated: boolean;
  derive(passphrase: string, salt: Buffer): Promise<Buffer> | Buffer;
}

const KEY_BYTES = 32;
const IV_BYTES = 16;
const MAC_BYTES = 32;
const NOTHING = Buffer.alloc(0);

const stretch = promisify(pbkdf2);

/** OpenSSL's EVP_BytesToKey with a count of 1. */
function bytesToKey(digest: "md5" | "sha256", passphrase: string, salt: Buffer): Buffer {
  let all = NOTHING;
  for (let last = NOTHING; all.length < KEY_BYTES + IV_BYTES; all = Buffer.concat([all, last]))
    last = createHash(digest).update(last).update(passphrase).update(salt).digest();
  return all;
}

const rounds = (count: number) => (passphrase: string, salt: Buffer) =>
  stretch(passphrase, salt, count, KEY_BYTES + IV_BYTES, "sha256");

const SCHEMES: Readonly<Record<CryptId, Scheme>> = {
  "00": {
    magic: NOTHING,
    saltBytes: 0,
    authenticated: false,
    derive: (passphrase, salt) => bytesToKey("md5", passphrase, salt),
  },
  "02": {
    magic: NOTHING,
    saltBytes: 0,
    authenticated: false,
    derive: (passphrase, salt) => bytesToKey("sha256", passphrase, salt),
  },
  "03": {
    magic: Buffer.from("Salted__"),
    saltBytes: 8,
    authenticated: false,
    derive: rounds(10_000),
  },
  "04": {
    magic: NOTHING,
    saltBytes: 8,
    authenticated: true,
    derive: (passphrase, salt) => bytesToKey("sha256", passphrase, salt),
  },
  "05": { magic: NOTHING, saltBytes: 8, authenticated: true, derive: rounds(600_000) },
};

/** Whether two digits name an encryption that we know. */
export const isCryptId = (id: string): id is CryptId =>
  (CRYPT_IDS as readonly string[]).includes(id);

/** Whether it shows that nobody has changed the text, and that the key was right. */
export const isAuthenticated = (id: CryptId): boolean => SCHEMES[id].authenticated;

/** A new salt for `seal`; empty where the encryption has none. */
export const newSalt = (id: CryptId): Buffer => randomBytes(SCHEMES[id].saltBytes);

/** The salt that a sealed text (with its two digits) states. Throws SealError. */
export function saltOf(id: CryptId, sealed: Buffer): Buffer {
  const { magic, saltBytes } = SCHEMES[id];
  const start = id.length + magic.length;
  if (!sealed.subarray(id.length, start).equals(magic))
    throw new SealError("not in openssl's form");
  if (sealed.length < start + saltBytes) throw new SealError("cut off before the end of its salt");
  return sealed.subarray(start, start + saltBytes);
}

/** Off the event loop where it takes long: 05 stretches the passphrase 600,000 times. */
export async function deriveKey(id: CryptId, passphrase: string, salt: Buffer): Promise<Key> {
  const material = await SCHEMES[id].derive(passphrase, salt);
  return {
    key: material.subarray(0, KEY_BYTES),
    iv: material.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES),
  };
}

/** The two digits and the sealed text. `salt` must be the one that the key was made with. */
export function seal(id: CryptId, { key, iv }: Key, salt: Buffer, text: Buffer): Buffer {
  const { magic, authenticated } = SCHEMES[id];
  const aes = createCipheriv("aes-256-cbc", key, iv);
  const sealed = Buffer.concat([aes.update(text), aes.final()]);
  const mac = authenticated ? macOf(key, iv, sealed) : NOTHING;
  return Buffer.concat([Buffer.from(id), magic, salt, mac, sealed]);
}

/** The text of what `seal` gave. Throws SealError; nothing is decrypted whose MAC is wrong. */
export function unseal(id: CryptId, { key, iv }: Key, sealed: Buffer): Buffer {
  const { authenticated, saltBytes, magic } = SCHEMES[id];
  const start = id.length + magic.length + saltBytes;
  const body = sealed.subarray(start + (authenticated ? MAC_BYTES : 0));
  if (authenticated) {
    const mac = sealed.subarray(start, start + MAC_BYTES);
    if (mac.length < MAC_BYTES || !timingSafeEqual(mac, macOf(key, iv, body)))
      throw new SealError("wrong secret, or changed on the way");
  }
  try {
    const aes = createDecipheriv("aes-256-cbc", key, iv);
    return Buffer.concat([aes.update(body), aes.final()]);
  } catch (error) {
    throw new SealError("wrong secret, or cut off on the way", { cause: error });
  }
}

const macOf = (key: Buffer, iv: Buffer, sealed: Buffer): Buffer =>
  createHmac("sha256", key).update(iv).update(sealed).digest();
