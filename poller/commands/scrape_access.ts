/** How Prometheus is let in where a web config protects the poller. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { readWebConfig, type Tls, type WebConfig } from "../http/web_config.ts";
import { hasIssued } from "../pki/issued.ts";

/** Keys of a job, and of its service discovery, as Prometheus has them. */
export interface Access {
  readonly scheme: "http" | "https";
  readonly login: {
    readonly tls_config?: Readonly<Record<string, string>>;
    readonly basic_auth?: { readonly username: string; readonly password_file: string };
  };
  /** What is to be put where, a line each. */
  readonly notes: readonly string[];
}

const FOLDER = "/etc/prometheus";
const PLACES = {
  ca: `${FOLDER}/roundsman-ca.pem`,
  cert: `${FOLDER}/roundsman-client.pem`,
  key: `${FOLDER}/roundsman-client.key`,
  password: `${FOLDER}/roundsman.password`,
} as const;

/**
 * What a scraper of a poller at `host` needs. `ca` is the authority of the agents, which may be that of
 * the poller as well. Rejects with what is wrong with the web config.
 */
export async function accessTo(
  host: string,
  webConfig: string | undefined,
  ca: string | undefined,
): Promise<Access> {
  if (webConfig === undefined) return { scheme: "http", login: {}, notes: [] };
  const web = await readWebConfig(webConfig);
  const secure = web.tls && tlsAccess(host, { ...web, tls: web.tls }, ca);
  const [username] = web.users.keys();
  return {
    scheme: secure ? "https" : "http",
    login: {
      ...(secure && Object.keys(secure.config).length > 0 && { tls_config: secure.config }),
      ...(username !== undefined && {
        basic_auth: { username, password_file: PLACES.password },
      }),
    },
    notes: [
      ...(secure?.notes ?? []),
      ...(username === undefined
        ? []
        : [`${PLACES.password}: put the password of ${JSON.stringify(username)} there`]),
    ],
  };
}

function tlsAccess(
  host: string,
  { tls, files: [, certFile = ""] }: WebConfig & { readonly tls: Tls },
  ca: string | undefined,
): { readonly config: Readonly<Record<string, string>>; readonly notes: readonly string[] } {
  const certificate = new X509Certificate(tls.cert);
  const authority = hasIssued(certificate, certificate)
    ? certFile
    : ca !== undefined && isAuthority(ca, certificate)
      ? ca
      : PLACES.ca;
  const isServerName = certificate.checkHost(host) ?? certificate.checkIP(host);
  const name = isServerName === undefined ? nameOf(certificate) : undefined;
  const wantsClients = tls.clients.startsWith("Require");
  return {
    config: {
      ca_file: authority,
      ...(wantsClients && { cert_file: PLACES.cert, key_file: PLACES.key }),
      ...(name !== undefined && { server_name: name }),
    },
    notes: [
      authority === PLACES.ca
        ? `${PLACES.ca}: put the authority there that signed ${certFile}; leave ca_file out where all know it`
        : `${authority}: has to be on the machine of Prometheus too`,
      ...(wantsClients
        ? [`${PLACES.cert}, ${PLACES.key}: put a certificate of a client there`]
        : []),
    ],
  };
}

/** Whether a file is the certificate of who signed another. */
function isAuthority(file: string, certificate: X509Certificate): boolean {
  try {
    return hasIssued(new X509Certificate(readFileSync(file)), certificate);
  } catch {
    return false;
  }
}

/** What a certificate is for, if it says. */
const nameOf = ({ subjectAltName = "" }: X509Certificate): string | undefined =>
  /(?:DNS|IP Address):([^,\s"]+)/.exec(subjectAltName)?.[1];
