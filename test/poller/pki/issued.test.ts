import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hasIssued } from "../../../poller/pki/issued.ts";
import { filesOf } from "../sources/controller.ts";
import { filledFolder } from "./folders.ts";
import { withOtherSignature } from "./signatures.ts";

const read = (file: string): X509Certificate => new X509Certificate(readFileSync(file));

test("who signed a certificate issued it; a name alone is not enough", async () => {
  const files = filesOf(await filledFolder());
  const [ca, cert] = [read(files.ca), read(files.cert)];
  expect([hasIssued(ca, cert), hasIssued(ca, ca)]).toEqual([true, true]);
  expect([hasIssued(cert, ca), hasIssued(cert, cert)]).toEqual([false, false]);
  const forged = new X509Certificate(withOtherSignature(cert));
  expect([forged.checkIssued(ca), hasIssued(ca, forged)]).toEqual([true, false]);
});
