import type { X509Certificate } from "node:crypto";

/** A certificate, as PEM, that names the same issuer, who has not signed it. */
export function withOtherSignature({ raw }: X509Certificate): string {
  const forged = Buffer.from(raw);
  // What comes last in it is the signature.
  forged[forged.length - 1] = (raw.at(-1) ?? 0) ^ 1;
  return `-----BEGIN CERTIFICATE-----\n${forged.toString("base64")}\n-----END CERTIFICATE-----\n`;
}
