import type { X509Certificate } from "node:crypto";

/** Whether one certificate signed another: it bears the issuer's name, and its key fits the signature. */
export const hasIssued = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
