/** What cannot be done with the certificates of a folder, in words for people. */
export class PkiError extends Error {
  override readonly name = "PkiError";
}

/** The poller's common name; agents' controllers refuse pollers whose name is a UUID, as theirs are. */
export const POLLER_NAME = "roundsman-poller";

// The name of a file has 255 bytes at most.
const VISIBLE_ASCII = /^[\x21-\x7e]{1,250}$/;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
const DIGITS = /^\d+$/;

/** Files of these names hold something else. */
const RESERVED = ["ca", "poller"];

/**
 * A host name or IP address as it stands in a certificate and in the names of its files: lower case,
 * IPv6 in its short form. Throws PkiError for all else, so that no name leaves the folder.
 */
export function hostName(text: string): string {
  const lower = text.toLowerCase();
  const name = lower.includes(":") ? shortIPv6(lower) : lower;
  if (!VISIBLE_ASCII.test(text) || name === undefined || !(isIP(name) || isDomain(name)))
    throw new PkiError(`${JSON.stringify(text)} is neither a host name nor an IP address`);
  if (RESERVED.includes(name))
    throw new PkiError(`"${name}" is what ${name}.pem is named after: use the host's full name`);
  return name;
}

/** Of a text that `hostName` gave. */
export const isIP = (name: string): boolean => name.includes(":") || isIPv4(name);

const isIPv4 = (text: string): boolean => {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => String(Number(part) & 255) === part);
};

/** A name whose last label is a number would be taken for an address. */
const isDomain = (text: string): boolean => {
  const labels = text.split(".");
  return labels.every((label) => LABEL.test(label)) && !DIGITS.test(labels.at(-1) ?? "");
};

function shortIPv6(text: string): string | undefined {
  const url = `http://[${text}]`;
  return /^[0-9a-f:.]+$/.test(text) && URL.canParse(url)
    ? new URL(url).hostname.slice(1, -1)
    : undefined;
}
