/** Files in PEM form that a config names: certificates, and the key that goes with one of them. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { expiryInWords, isExpiring } from "../pki/expiry.ts";
import { hasIssued } from "../pki/issued.ts";
import { readRegular, unreadable } from "../sources/regular_file.ts";
import type { TlsFiles } from "../targets/host.ts";
import type { Placed } from "./findings.ts";

const MAX_BYTES = 1024 * 1024;
const BY_EVERYBODY = 0o007;

type Some = { readonly [Name in keyof TlsFiles]?: string | undefined };

/** What is wrong with some of the files `ca`, `cert`, `key`, which are the paths of the findings. */
export async function certificateFindings({ ca, cert, key }: Some): Promise<Placed[]> {
  const found: Placed[] = [];
  const wrong = (name: keyof TlsFiles, message: string): void =>
    void found.push({ severity: "error", path: [name], message });
  const amiss = (name: keyof TlsFiles, message: string): void =>
    void found.push({ severity: "warning", path: [name], message });

  async function certificateIn(name: "ca" | "cert", path: string | undefined) {
    const pem = await read(name, path);
    const certificate = attempt(
      name,
      path,
      "holds no certificate in PEM form",
      () => pem && new X509Certificate(pem.bytes),
    );
    if (!certificate) return undefined;
    const now = new Date();
    const end = new Date(certificate.validTo);
    if (end <= now) wrong(name, `${path}: ${expiryInWords(end, now)}`);
    else if (isExpiring(end, now)) amiss(name, `${path}: ${expiryInWords(end, now)}`);
    if (new Date(certificate.validFrom) > now) wrong(name, `${path}: does not hold yet`);
    return certificate;
  }

  async function keyIn(path: string | undefined): Promise<KeyObject | undefined> {
    const pem = await read("key", path);
    if (pem && pem.mode & BY_EVERYBODY) amiss("key", `${path}: everybody may read it`);
    return attempt(
      "key",
      path,
      "holds no private key in PEM form without a passphrase",
      () => pem && createPrivateKey(pem.bytes),
    );
  }

  async function read(name: keyof TlsFiles, path: string | undefined) {
    if (path === undefined) return undefined;
    try {
      return await readRegular(path, { maxBytes: MAX_BYTES, reason: "tls" });
    } catch (error) {
      wrong(name, unreadable(error));
      return undefined;
    }
  }

  function attempt<T>(name: keyof TlsFiles, path = "", what: string, act: () => T): T | undefined {
    try {
      return act();
    } catch {
      wrong(name, `${path}: ${what}`);
      return undefined;
    }
  }

  const [authority, own, secret] = await Promise.all([
    certificateIn("ca", ca),
    certificateIn("cert", cert),
    keyIn(key),
  ]);
  if (own && secret && !own.checkPrivateKey(secret))
    wrong("key", `${key}: is not the key of ${cert}`);
  if (own && authority && !hasIssued(authority, own))
    amiss("cert", `${cert}: is not signed by ${ca}`);
  return found;
}
