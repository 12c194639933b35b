import { formatAddress } from "../address.ts";
import { masked, shownProgram } from "../masked.ts";
import { printable } from "../printable.ts";
import type { Host } from "../targets/host.ts";
import { Fault, FetchError, type Phases, type Reason } from "./source.ts";

/** Failures that took their time: of a host that is gone rather than one that says no. */
export const SLOW: ReadonlySet<Reason> = new Set(["timeout", "unreachable", "dns"]);

/** Those of which it helps to know how far it got. */
export const HALFWAY: ReadonlySet<Reason> = new Set(["timeout", "reset", "too_large"]);

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

const STRANGER = "its certificate is not signed by our ca";

/** What OpenSSL holds against a certificate. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate does not hold yet (is a clock wrong?)",
  INVALID_PURPOSE: "its certificate is not one of an agent",
  CERT_SIGNATURE_FAILURE: STRANGER,
  DEPTH_ZERO_SELF_SIGNED_CERT: STRANGER,
  SELF_SIGNED_CERT_IN_CHAIN: STRANGER,
  UNABLE_TO_GET_ISSUER_CERT: STRANGER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: STRANGER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: STRANGER,
};

/** Codes of what goes wrong within TLS, later than at the handshake. */
const IN_TLS = /^(ERR_SSL_|ERR_TLS_|EPROTO$)/;

const BROKEN_OFF = "broken off at the handshake (does the agent accept our certificate?)";

/**
 * What an error of a connection is, in words; what we do not know is `unreachable`. `isShaking`:
 * hands were being shaken, or nothing has come since.
 */
export function faultOf(error: Error, { isShaking = false } = {}): Fault {
  if (error instanceof Fault)
    return isShaking && error.reason === "reset" ? new Fault("tls", BROKEN_OFF) : error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  const [reason, what] = ERRNO[code] ?? [code.startsWith("EAI_") ? "dns" : "unreachable", message];
  if (isShaking && reason === "reset") return new Fault("tls", BROKEN_OFF);
  if (ERRNO[code] || !(isShaking || IN_TLS.test(code))) return new Fault(reason, what);
  const certificate = CERTIFICATE[code];
  if (certificate !== undefined) return new Fault("tls", certificate);
  const isOurs = /ALERT.*(CERT|CA$)/.test(code);
  // OpenSSL's own messages name its source files.
  return new Fault("tls", `${isOurs ? "the agent refuses our certificate" : "no TLS"} (${code})`);
}

/** The same as what a source rejects with; it tells no secrets. */
export async function fetchErrorOf(
  error: unknown,
  host: Host,
  phases: Phases,
): Promise<FetchError> {
  const { reason, message } = faultOf(error as Error);
  return new FetchError(reason, `${where(host)}: ${await masked(message, host)}`, phases);
}

const MAX_SHOWN = 80;

/** `web1 (10.0.0.1:6556)`, `web2 (ssh web2 check_mk_agent)`, for messages. */
export function where(host: Host): string {
  const at = placeOf(host);
  return host.name === at ? host.name : `${host.name} (${at})`;
}

/** Where a host's reports come from, without secrets. */
export function placeOf({ address, port, program, file }: Host): string {
  const text = program ? shownProgram(program) : file?.path;
  if (text === undefined) return formatAddress({ host: address, port });
  return text.length > MAX_SHOWN ? `${printable(text.slice(0, MAX_SHOWN - 1))}…` : printable(text);
}
