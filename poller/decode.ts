import { isAscii, isUtf8 } from "node:buffer";
import { createRequire } from "node:module";
import type * as IconvLite from "iconv-lite";

/** Text of the bytes from `start` up to `end`: one line. */
export type Decode = (bytes: Buffer, start: number, end: number) => string;

/** Looks at all bytes of a part once and says how its lines are decoded. */
export type Codec = (part: Buffer) => Decode;

const latin1: Decode = (bytes, start, end) => bytes.toString("latin1", start, end);
const utf8: Decode = (bytes, start, end) => bytes.toString("utf8", start, end);
const utf8OrLatin1: Decode = (bytes, start, end) =>
  isUtf8(bytes.subarray(start, end)) ? utf8(bytes, start, end) : latin1(bytes, start, end);

const UTF8: Codec = (part) => (isAscii(part) ? latin1 : isUtf8(part) ? utf8 : utf8OrLatin1);

// A byte beyond ASCII makes its line Latin-1, and the others mean the same in both.
const LATIN1: Codec = () => latin1;

const UTF8_NAMES = /^(?:utf8?|u8|cp65001)$/;
const LATIN1_NAMES = /^(?:latin1?|l1|iso88591|88591?|cp819|ibm819|ascii|usascii|646)$/;

// Lines end at the byte 10, so nothing else can be carried than supersets of ASCII: no UTF-16.
const OTHER_NAMES =
  /^(?:(?:cp|ibm|windows)?\d{3,4}|(?:iso8859|latin|l)\d+|koi8[rtu]|mac[a-z]+|utf8sig|gbk|gb2312|gb18030|big5(?:hkscs)?|euc(?:jp|kr)|s(?:hift)?jis|tis620)$/;

/**
 * The codec of a Python codec name (cp437, utf-8, iso-8859-15, …); `undefined` for a name that is
 * unknown. A line that is not valid in its codec is read as Latin-1, so decoding never fails.
 */
export function codec(name?: string): Codec | undefined {
  if (name === undefined) return UTF8;
  const plain = name.toLowerCase().replace(/[-_ ]/g, "");
  if (UTF8_NAMES.test(plain)) return UTF8;
  if (LATIN1_NAMES.test(plain)) return LATIN1;
  const known = plain === "utf8sig" ? "utf8" : plain;
  if (!OTHER_NAMES.test(plain) || !iconv().encodingExists(known)) return undefined;
  const decode: Decode = (bytes, start, end) => {
    const text = iconv().decode(bytes.subarray(start, end), known);
    return text.includes("\ufffd") ? latin1(bytes, start, end) : text;
  };
  return (part) => (isAscii(part) ? latin1 : decode);
}

let loaded: typeof IconvLite | undefined;

/** Loaded at the first header that needs it: most agents send nothing but UTF-8. */
const iconv = (): typeof IconvLite =>
  (loaded ??= createRequire(import.meta.url)("iconv-lite") as typeof IconvLite);
