import type { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { CA, CONTROLLERS, POLLER } from "./authority.ts";
import { namesOf, type Role } from "./certificates.ts";
import { expiryInWords, isExpiring } from "./expiry.ts";
import { PkiFolder } from "./folder.ts";
import { hasIssued } from "./issued.ts";

/** A certificate of a folder. */
export interface Entry {
  /** As its file without the ending. */
  readonly name: string;
  readonly file: string;
  readonly role: Role | "ca";
  /** DNS names and IP addresses that it is for. */
  readonly names: readonly string[];
  /** `undefined` where it cannot be read. */
  readonly notAfter: Date | undefined;
  /** When it ends, in words. */
  readonly expiry: string;
  /** Why it is of no use, or soon will be, in words. */
  readonly problem: string | undefined;
}

/** All certificates: the authority first, the poller, agents, those behind a controller. */
export async function inventory(folder: PkiFolder, now: Date): Promise<Entry[]> {
  const ca = await readCertificate(folder, CA);
  const controllers = new PkiFolder(join(folder.path, CONTROLLERS));
  const [names, exported] = await Promise.all([folder.names(), controllers.names()]);
  const entry = async (within: PkiFolder, name: string, role: Entry["role"]): Promise<Entry> => ({
    name,
    file: within.certificatePath(name),
    role,
    ...facts(await readCertificate(within, name), ca, now),
  });
  return Promise.all([
    ...names.filter((name) => name === CA).map((name) => entry(folder, name, "ca")),
    ...names.filter((name) => name === POLLER).map((name) => entry(folder, name, "poller")),
    ...names
      .filter((name) => name !== CA && name !== POLLER)
      .map((name) => entry(folder, name, "agent")),
    ...exported.map((name) => entry(controllers, name, "controller")),
  ]);
}

/** One that cannot be read is to be listed like all others. */
const readCertificate = (folder: PkiFolder, name: string): Promise<X509Certificate | undefined> =>
  folder.certificate(name).catch(() => undefined);

function facts(
  certificate: X509Certificate | undefined,
  ca: X509Certificate | undefined,
  now: Date,
): Pick<Entry, "names" | "notAfter" | "expiry" | "problem"> {
  if (!certificate) {
    const problem = "cannot be read";
    return { names: [], notAfter: undefined, expiry: problem, problem };
  }
  const notAfter = new Date(certificate.validTo);
  const expiry = expiryInWords(notAfter, now);
  const problem =
    ca && hasIssued(ca, certificate)
      ? isExpiring(notAfter, now)
        ? expiry
        : undefined
      : "is not signed by ca.pem";
  return { names: namesOf(certificate), notAfter, expiry, problem };
}
