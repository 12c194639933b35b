import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeOptions } from "../../agent/options.ts";
import { secretOf } from "../../agent/secret.ts";
import { UsageError } from "../../agent/usage.ts";
import { temporaryFolder } from "../programs.ts";

const ENCRYPTION_CFG = "encryption.cfg";

/** What the agent makes of a file of that name in its configuration, or of one that a flag names. */
function secret(file: string, text: string, mode = 0o600) {
  const configDir = temporaryFolder();
  const path = join(configDir, file);
  writeFileSync(path, text);
  chmodSync(path, mode);
  const flag = file === ENCRYPTION_CFG ? {} : { encryptionPassphraseFile: path };
  return secretOf(decodeOptions({ configDir, ...flag }, {}));
}

test("without a word about it nothing is encrypted", () => {
  expect(secretOf(decodeOptions({ configDir: temporaryFolder() }, {}))).toBeUndefined();
});

test("a file that a flag names holds the passphrase and perhaps a newline", () => {
  expect(secret("pass", " two words \n")).toEqual({ id: "05", passphrase: " two words " });
  expect(secret("pass", "s3cret")).toEqual({ id: "05", passphrase: "s3cret" });
});

test("the real agent's encryption.cfg is heeded, and its switch", () => {
  const cfg = (text: string) => secret(ENCRYPTION_CFG, text);
  expect(cfg("ENCRYPTED=yes\nPASSPHRASE='s3 cret'\n")).toEqual({ id: "05", passphrase: "s3 cret" });
  expect(cfg("ENCRYPTED=no\nPASSPHRASE='s3cret'\n")).toBeUndefined();
  expect(cfg("PASSPHRASE='s3cret'\n")).toBeUndefined();
});

test("the flag wins over encryption.cfg", () => {
  const configDir = temporaryFolder();
  const flagged = join(configDir, "other");
  for (const [path, text] of [
    [join(configDir, ENCRYPTION_CFG), "ENCRYPTED=yes\nPASSPHRASE=one\n"],
    [flagged, "two"],
  ] as const)
    writeFileSync(path, text, { mode: 0o600 });
  const flags = { configDir, encryptionPassphraseFile: flagged, encryptionId: "03" };
  expect(secretOf(decodeOptions(flags, {}))).toEqual({ id: "03", passphrase: "two" });
});

test.each([
  ["that everybody can read", "pass", "s3cret", 0o604, "chmod 600"],
  ["that everybody can read", ENCRYPTION_CFG, "ENCRYPTED=yes\nPASSPHRASE=a\n", 0o644, "chmod 600"],
  ["that is empty", "pass", "\n", 0o600, "holds no passphrase"],
  ["without a passphrase", ENCRYPTION_CFG, "ENCRYPTED=yes\n", 0o600, "holds no passphrase"],
  ["that needs a shell", ENCRYPTION_CFG, "ENCRYPTED=yes\nPASSPHRASE=$A\n", 0o600, "single quotes"],
  ["that is no passphrase", "pass", "x".repeat(5000), 0o600, "longer than 4096 bytes"],
] as const)("a file %s is refused by its name", (_, file, text, mode, reason) => {
  const refuse = (): unknown => secret(file, text, mode);
  expect(refuse).toThrow(UsageError);
  expect(refuse).toThrow(new RegExp(`^/.*/${file}: [^\n]*${reason}`));
});

test("a file that a flag names has to be there, and to be one", () => {
  for (const path of [join(temporaryFolder(), "none"), temporaryFolder()])
    expect(() => secretOf(decodeOptions({ encryptionPassphraseFile: path }, {}))).toThrow(
      `${path}: there is no such file`,
    );
});
