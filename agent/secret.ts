/** The passphrase that reports are encrypted with. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CryptId } from "../wire/crypt.ts";
import type { Options } from "./options.ts";
import { assignments } from "./shell.ts";
import { UsageError } from "./usage.ts";

export interface Secret {
  readonly id: CryptId;
  readonly passphrase: string;
}

const MAX_BYTES = 4096;

/**
 * Of --encryption-passphrase-file, else of the classic agent's encryption.cfg in the config
 * directory; `undefined` where neither asks for encryption. Throws a UsageError that names the file.
 */
export function secretOf({ encryption, configDir }: Options): Secret | undefined {
  const { id, passphraseFile } = encryption;
  if (passphraseFile !== undefined)
    return {
      id,
      passphrase: nonEmpty(passphraseFile, guarded(passphraseFile).replace(/\r?\n$/, "")),
    };
  const file = join(configDir, "encryption.cfg");
  if (!statSync(file, { throwIfNoEntry: false })) return undefined;
  const settings = assignments(guarded(file));
  if (settings.get("ENCRYPTED") !== "yes") return undefined;
  if (settings.has("PASSPHRASE") && settings.get("PASSPHRASE") === undefined)
    throw new UsageError(`${file}: only a shell knows this PASSPHRASE: put it in single quotes`);
  return { id, passphrase: nonEmpty(file, settings.get("PASSPHRASE") ?? "") };
}

/** A file's text, if nobody but its owner and group can read it. */
function guarded(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new UsageError(`${file}: there is no such file`);
  if (found.mode & 0o007)
    throw new UsageError(`${file}: everybody may read it: run chmod 600 ${file}`);
  if (found.size > MAX_BYTES) throw new UsageError(`${file}: longer than ${MAX_BYTES} bytes`);
  return readFileSync(file, "utf8");
}

function nonEmpty(file: string, passphrase: string): string {
  if (passphrase === "") throw new UsageError(`${file}: it holds no passphrase`);
  return passphrase;
}
