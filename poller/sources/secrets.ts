import type { SecretPlace } from "../targets/host.ts";
import { readRegular } from "./regular_file.ts";
import { Fault } from "./source.ts";

/** For how long a file is taken to be as it was. */
const LOOK_AGAIN_SECONDS = 1;
const MAX_BYTES = 4096;
const BY_EVERYBODY = 0o007;

interface Look {
  /** Milliseconds of the monotonic clock. */
  readonly at: number;
  readonly passphrase: Promise<string>;
}

/** Passphrases, read where a config says they are whenever one is needed. */
export class Secrets {
  readonly #looks = new WeakMap<SecretPlace, Look>();

  /** Rejects with a Fault that names the place, and never what is there. */
  passphrase(place: SecretPlace): Promise<string> {
    const known = this.#looks.get(place);
    const now = performance.now();
    if (known && now - known.at < LOOK_AGAIN_SECONDS * 1000) return known.passphrase;
    const passphrase =
      "env" in place ? Promise.resolve(place.env).then(fromEnvironment) : fromFile(place.file);
    this.#looks.set(place, { at: now, passphrase });
    return passphrase;
  }
}

function fromEnvironment(name: string): string {
  const passphrase = process.env[name] ?? "";
  if (passphrase === "") throw new Fault("secret", `the environment has no ${name}`);
  return passphrase;
}

async function fromFile(path: string): Promise<string> {
  const { bytes, mode } = await readRegular(path, { maxBytes: MAX_BYTES, reason: "secret" });
  if (mode & BY_EVERYBODY)
    throw new Fault("secret", `${path}: everybody may read it: run chmod 600 ${path}`);
  const passphrase = bytes.toString().replace(/\r?\n$/, "");
  if (passphrase === "") throw new Fault("secret", `${path}: it holds no passphrase`);
  return passphrase;
}
