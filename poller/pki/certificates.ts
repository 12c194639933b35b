import { generateKeyPair, type KeyObject, webcrypto, type X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate as Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { isIP, PkiError } from "./names.ts";

/** What a certificate is for. A `controller` is an agent behind Checkmk's agent controller. */
export type Role = "agent" | "controller" | "poller";

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate with the key that signs with it. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

export interface Request {
  readonly role: Role;
  /** The first is the common name as well. */
  readonly names: readonly [string, ...string[]];
  readonly publicKey: KeyObject;
  readonly validity: Validity;
}

const AUTHORITY_NAME = "roundsman CA";
const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** RFC 5280, ub-common-name; the whole name is among the alternative names. */
const MAX_COMMON_NAME = 64;

const generate = promisify(generateKeyPair);

/**
 * A private key. ECDSA P-256, which signs a handshake ten times as fast as RSA; but RSA with 2048 bits
 * for Checkmk's agent controller, which takes no other for itself.
 */
export async function newKey(role?: Role): Promise<KeyObject> {
  const { privateKey } =
    role === "controller"
      ? await generate("rsa", { modulusLength: 2048 })
      : await generate("ec", { namedCurve: ECDSA.namedCurve });
  return privateKey;
}

/** PKCS #8, as PEM. */
export const keyPem = (key: KeyObject): string =>
  key.export({ type: "pkcs8", format: "pem" }).toString();

/** A self-signed certificate, as PEM, that signs others but no further authorities. */
export async function signAuthority(
  { publicKey, validity }: Pick<Request, "publicKey" | "validity">,
  key: KeyObject,
): Promise<string> {
  const spki = spkiOf(publicKey);
  const name = named(AUTHORITY_NAME);
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: name,
    issuer: name,
    publicKey: spki,
    signingKey: await signingKey(key),
    signingAlgorithm: ECDSA,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(spki),
    ],
  });
  return pem(certificate);
}

/**
 * A certificate, as PEM, that serves TLS (agents) or asks for it (pollers), never both. The serial
 * number is 128 random bits.
 */
export async function sign(
  { role, names, publicKey, validity }: Request,
  authority: Authority,
): Promise<string> {
  const spki = spkiOf(publicKey);
  const issuer = new Certificate(authority.certificate.raw);
  const use = role === "poller" ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth;
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: named(names[0].slice(0, MAX_COMMON_NAME)),
    issuer: issuer.subjectName,
    publicKey: spki,
    signingKey: await signingKey(authority.key),
    signingAlgorithm: ECDSA,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([use]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? "ip" : "dns", value })),
      ),
      await SubjectKeyIdentifierExtension.create(spki),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return pem(certificate);
}

/** The names that a certificate was made for, in their order. */
export function namesOf(certificate: X509Certificate): string[] {
  const names = new Certificate(certificate.raw).getExtension(SubjectAlternativeNameExtension);
  return names?.names.items.map(({ value }) => value) ?? [];
}

const named = (name: string): Name => new Name([{ CN: [name] }]);

const pem = (certificate: Certificate): string => `${certificate.toString("pem")}\n`;

const spkiOf = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });

function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new PkiError("ca.key is not an ECDSA key on the curve P-256");
  const der = key.export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, ECDSA, false, ["sign"]);
}
