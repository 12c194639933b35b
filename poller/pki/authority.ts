import { createPublicKey, randomUUID, type X509Certificate } from "node:crypto";
import { join } from "node:path";
import {
  type Authority,
  keyPem,
  namesOf,
  newKey,
  type Role,
  sign,
  signAuthority,
} from "./certificates.ts";
import { validity } from "./expiry.ts";
import { PkiFolder } from "./folder.ts";
import { PkiError, POLLER_NAME } from "./names.ts";

/** How something is issued. */
export interface Terms {
  /** How long it holds; else ten years for the authority, 400 days for all others. */
  readonly days?: number | undefined;
  /** Whether what is there may be replaced. */
  readonly force?: boolean | undefined;
  readonly now: Date;
}

/** What Checkmk's agent controller imports as JSON, on one line where it reads from stdin. */
export interface Import {
  /** Of who has made the file; it is not looked at. */
  readonly agent_controller_version: string;
  readonly connection: {
    /** Version 4; the name that pollers must ask for in TLS. */
    readonly uuid: string;
    /** RSA, PKCS #8, PEM. */
    readonly private_key: string;
    /** PEM, with the UUID as its DNS name. */
    readonly certificate: string;
    /** PEM; pollers need a certificate of it whose common name is no UUID. */
    readonly root_cert: string;
  };
}

export const CA = "ca";
export const POLLER = "poller";

/** Where the certificates of agents behind a controller are kept, whose keys are not. */
export const CONTROLLERS = "controllers";

const AUTHORITY_DAYS = 3650;
const DAYS = 400;

/** Makes an authority: `ca.pem`, `ca.key`. Throws PkiError. */
export async function initAuthority(folder: PkiFolder, terms: Terms): Promise<void> {
  await folder.open();
  const key = await newKey();
  const certificate = await signAuthority(
    {
      publicKey: createPublicKey(key),
      validity: validity({ days: terms.days ?? AUTHORITY_DAYS, now: terms.now }),
    },
    key,
  );
  await folder.write(CA, { key, certificate }, { replace: terms.force ?? false });
}

/** Makes the key and certificate of an agent, for names that `hostName` gave. Throws PkiError. */
export const issueAgent = (
  folder: PkiFolder,
  names: readonly [string, ...string[]],
  terms: Terms,
): Promise<void> => issue(folder, { file: names[0], role: "agent", names }, terms);

/** Makes `poller.pem` and `poller.key`. Throws PkiError. */
export const issuePoller = (folder: PkiFolder, terms: Terms): Promise<void> =>
  issue(folder, { file: POLLER, role: "poller", names: [POLLER_NAME] }, terms);

interface Subject {
  readonly file: string;
  readonly role: Role;
  readonly names: readonly [string, ...string[]];
}

async function issue(
  folder: PkiFolder,
  { file, role, names }: Subject,
  terms: Terms,
): Promise<void> {
  const authority = await authorityOf(folder);
  const key = await newKey(role);
  const publicKey = createPublicKey(key);
  const certificate = await sign(
    { role, names, publicKey, validity: lifetime(authority, terms) },
    authority,
  );
  await folder.write(file, { key, certificate }, { replace: terms.force ?? false });
}

/**
 * What makes an agent's controller answer our poller. The certificate is kept so that its expiry is
 * seen, the key is not: what is exported again has another key and another UUID, because the
 * controller keeps what it has under a UUID. Throws PkiError.
 */
export async function exportController(
  folder: PkiFolder,
  host: string,
  { version, ...terms }: Terms & { readonly version: string },
): Promise<Import> {
  const authority = await authorityOf(folder);
  const exported = new PkiFolder(join(folder.path, CONTROLLERS));
  await exported.open();
  const uuid = randomUUID();
  const key = await newKey("controller");
  const publicKey = createPublicKey(key);
  const certificate = await sign(
    { role: "controller", names: [uuid], publicKey, validity: lifetime(authority, terms) },
    authority,
  );
  await exported.write(host, { certificate }, { replace: terms.force ?? false });
  return {
    agent_controller_version: version,
    connection: {
      uuid,
      private_key: keyPem(key),
      certificate,
      root_cert: authority.certificate.toString(),
    },
  };
}

/**
 * Certifies the same key and names for another while. Keys stay where they are, so that a host only
 * needs its new certificate, and all certificates hold under a renewed authority. Throws PkiError.
 */
export async function renew(folder: PkiFolder, name: string, terms: Terms): Promise<void> {
  const authority = await authorityOf(folder);
  const former = await folder.certificate(name);
  if (!former) throw new PkiError(`there is no ${folder.certificatePath(name)} to renew`);
  const certificate =
    name === CA
      ? await signAuthority(
          {
            publicKey: former.publicKey,
            validity: validity({ days: terms.days ?? AUTHORITY_DAYS, now: terms.now }),
          },
          authority.key,
        )
      : await signAgain(name, former, authority, terms);
  await folder.write(name, { certificate }, { replace: true });
}

function signAgain(
  name: string,
  former: X509Certificate,
  authority: Authority,
  terms: Terms,
): Promise<string> {
  const [first, ...others] = namesOf(former);
  if (first === undefined) throw new PkiError(`${name}.pem is for no name: issue it anew`);
  return sign(
    {
      role: name === POLLER ? "poller" : "agent",
      names: [first, ...others],
      publicKey: former.publicKey,
      validity: lifetime(authority, terms),
    },
    authority,
  );
}

const lifetime = (authority: Authority, { days, now }: Terms): ReturnType<typeof validity> =>
  validity({ days: days ?? DAYS, now, until: new Date(authority.certificate.validTo) });

async function authorityOf(folder: PkiFolder): Promise<Authority> {
  const [certificate, key] = await Promise.all([folder.certificate(CA), folder.key(CA)]);
  if (!certificate || !key) {
    const missing = certificate ? folder.keyPath(CA) : folder.certificatePath(CA);
    throw new PkiError(`there is no ${missing}: run pki init first`);
  }
  if (!certificate.checkPrivateKey(key))
    throw new PkiError(`${folder.keyPath(CA)} does not belong to ${folder.certificatePath(CA)}`);
  return { certificate, key };
}
