import { isCryptId, type CryptId } from "../../wire/crypt.ts";
import { TLS_UPGRADE } from "../../wire/tls.ts";
import { printableJson } from "../printable.ts";
import { demanded, type Host } from "../targets/host.ts";
import { Fault } from "./source.ts";

export type Greeting = "plain" | typeof TLS_UPGRADE | CryptId;

const SHOWN_BYTES = 24;

/**
 * What the first two bytes of an answer announce. Throws a Fault where they are no agent's, where
 * the host must not answer so, or where the means to read on are missing.
 */
export function greeting(bytes: Buffer, host: Host): Greeting {
  const found = announced(bytes);
  const policy = demanded(host);
  if (found === TLS_UPGRADE) {
    if (!host.tls)
      throw new Fault("tls", "the answer is TLS (16), and no tls: { ca, cert, key } is configured");
    return found;
  }
  const what = found === "plain" ? "in plain text" : `encrypted (${found}), without TLS`;
  if (policy === "tls")
    throw new Fault("policy", `the answer is ${what}, and has to be TLS (encryption: tls)`);
  if (policy === "encrypted" && found === "plain")
    throw new Fault("policy", `the answer is ${what}, and has to be encrypted`);
  return withSecret(found, host);
}

/** The same of what came within TLS, where plain text is as good as anything. */
export function innerGreeting(bytes: Buffer, host: Host): "plain" | CryptId {
  const found = announced(bytes);
  if (found === TLS_UPGRADE) throw new Fault("protocol", "TLS within TLS");
  return withSecret(found, host);
}

function announced(bytes: Buffer): Greeting {
  const id = bytes.toString("latin1", 0, 2);
  if (id === "<<") return "plain";
  if (id === TLS_UPGRADE || isCryptId(id)) return id;
  throw new Fault("protocol", `not an agent's report, it begins with ${beginning(bytes)}`);
}

export const beginning = (bytes: Buffer): string =>
  printableJson(bytes.toString("latin1", 0, SHOWN_BYTES));

function withSecret<Found extends "plain" | CryptId>(found: Found, { secret }: Host): Found {
  if (found !== "plain" && !secret)
    throw new Fault(
      "secret",
      `the answer is encrypted (${found}), and no secret_file or secret_env is configured`,
    );
  return found;
}
