import { formatAddress } from "../address.ts";
import { printableJson } from "../printable.ts";
import type { Host } from "../targets/host.ts";
import type { Reason } from "./source.ts";

const ERRNO: Readonly<Record<string, readonly [Reason, string]>> = {
  ECONNREFUSED: ["refused", "connection refused"],
  ECONNRESET: ["reset", "connection reset"],
  ECONNABORTED: ["reset", "connection aborted"],
  EPIPE: ["reset", "connection broken"],
  ETIMEDOUT: ["timeout", "no answer"],
  ENOTFOUND: ["dns", "no such host name"],
  EAI_AGAIN: ["dns", "the name server does not answer"],
  EHOSTUNREACH: ["unreachable", "no route to host"],
  ENETUNREACH: ["unreachable", "network unreachable"],
  EMFILE: ["unreachable", "too many open files here"],
};

/** Which reason a system error of a connection is, in words; what we do not know is `unreachable`. */
export function reasonOf({ code = "", message }: NodeJS.ErrnoException): readonly [Reason, string] {
  return ERRNO[code] ?? [code.startsWith("EAI_") ? "dns" : "unreachable", message];
}

/** First two bytes of what is not plain text. */
const TRANSPORTS: Readonly<Record<string, string>> = {
  "16": "with TLS (16)",
  "00": "encrypted (00)",
  "02": "encrypted (02)",
  "03": "encrypted (03)",
  "04": "encrypted (04)",
  "05": "encrypted (05)",
};

const SHOWN_BYTES = 24;

/** What is wrong with the beginning of a report; `undefined` if it is the agent's plain text. */
export function wrongBeginning(bytes: Buffer): string | undefined {
  const text = bytes.toString("latin1", 0, SHOWN_BYTES);
  if (text.startsWith("<<")) return undefined;
  const transport = TRANSPORTS[text.slice(0, 2)];
  if (transport !== undefined) return `the agent answers ${transport}, not supported yet`;
  return `not an agent's report, it begins with ${printableJson(text)}`;
}

/** `web1 (10.0.0.1:6556)`, for messages. */
export function where({ name, address, port }: Host): string {
  const at = formatAddress({ host: address, port });
  return name === at ? name : `${name} (${at})`;
}
