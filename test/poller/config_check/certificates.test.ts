import { X509Certificate } from "node:crypto";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { certificateFindings } from "../../../poller/config_check/certificates.ts";
import { initAuthority, issuePoller } from "../../../poller/pki/authority.ts";
import { temporaryFolder } from "../../programs.ts";
import { filledFolder, later, newFolder } from "../pki/folders.ts";
import { withOtherSignature } from "../pki/signatures.ts";
import { filesOf } from "../sources/controller.ts";

type Files = Parameters<typeof certificateFindings>[0];

const found = async (files: Files): Promise<string[]> =>
  (await certificateFindings(files)).map(
    ({ severity, path, message }) => `${severity} ${path.join()}: ${message}`,
  );

test("files that belong together are fine, and so is none", async () => {
  expect(await found(filesOf(await filledFolder()))).toEqual([]);
  expect(await found({})).toEqual([]);
});

test("all that is wrong is told at once", async () => {
  const folder = temporaryFolder();
  const none = join(folder, "none.pem");
  const text = join(folder, "text.pem");
  writeFileSync(text, "hunter2", { mode: 0o600 });
  expect((await found({ ca: none, cert: text, key: text })).sort()).toEqual([
    `error ca: ${none}: no such file`,
    `error cert: ${text}: holds no certificate in PEM form`,
    `error key: ${text}: holds no private key in PEM form without a passphrase`,
  ]);
});

test("a key of another certificate, and another authority, are told", async () => {
  const { ca, cert } = filesOf(await filledFolder());
  const other = filesOf(await filledFolder());
  expect(await found({ ca, cert, key: other.key })).toEqual([
    `error key: ${other.key}: is not the key of ${cert}`,
  ]);
  expect(await found({ ca: other.ca, cert })).toEqual([
    `warning cert: ${cert}: is not signed by ${other.ca}`,
  ]);
});

test("a certificate that names the authority, and was not signed by it, is told", async () => {
  const { ca, cert } = filesOf(await filledFolder());
  const forged = join(temporaryFolder(), "forged.pem");
  writeFileSync(forged, withOtherSignature(new X509Certificate(readFileSync(cert))));
  expect(await found({ ca, cert: forged })).toEqual([
    `warning cert: ${forged}: is not signed by ${ca}`,
  ]);
});

test("a certificate that has ended is of no use, one that ends soon is told", async () => {
  const folder = await newFolder();
  await initAuthority(folder, { now: later(-30) });
  await issuePoller(folder, { now: later(-30), days: 10 });
  const old = filesOf(folder);
  expect(await found(old)).toEqual([
    expect.stringMatching(/^error cert: .*poller\.pem: expired (19|20) days ago/),
  ]);
  await issuePoller(folder, { now: later(0), days: 10, force: true });
  expect(await found(old)).toEqual([
    expect.stringMatching(/^warning cert: .*poller\.pem: expires in (9|10) days/),
  ]);
});

test("a key that everybody may read is told", async () => {
  const { cert, key } = filesOf(await filledFolder());
  const open = join(temporaryFolder(), "open.key");
  copyFileSync(key, open);
  chmodSync(open, 0o644);
  expect(await found({ cert, key: open })).toEqual([`warning key: ${open}: everybody may read it`]);
});
