/** What is told of a failure, without what is secret in it. */
import { parse } from "yaml";
import { shownConfig } from "./http/config_shown.ts";
import { printable } from "./printable.ts";
import { where } from "./sources/failures.ts";
import { Secrets } from "./sources/secrets.ts";
import type { Host } from "./targets/host.ts";

/** What stands where a secret was. */
const MARK = "<secret>";

/** A shorter secret is looked for as a word of its own only: it is part of many. */
const MIN_LENGTH = 4;

/** What a program says is cut at so many characters, perhaps in the middle of a secret. */
const CUT_LENGTH = 200;
const MIN_CUT = 3;

const USER_IN_URL = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^/\s@]{1,500}@/gi;
/** Of `curl` and the like: the next word is a user and a password. */
const LOGIN_FLAG = /^(-u|-U|--user|--proxy-user)$/;

const SECRET_IN_QUERY =
  /([?&][^=&\s]{0,50}(?:pass|pwd|secret|token|key|sig|auth)[^=&\s]{0,20}=)[^&\s"']+?(?=:?(?:[&\s"']|$))/gi;

/** A text without users and passwords in URLs, nor what their queries call a secret. */
export const withoutLogins = (text: string): string =>
  text.replace(USER_IN_URL, `$1${MARK}@`).replace(SECRET_IN_QUERY, `$1${MARK}`);

/**
 * The message of a failed fetch without the host's passphrase, without what looks like a secret
 * among the words of its program, as a whole or cut off, and without users and passwords in URLs.
 */
export async function masked(message: string, host: Host): Promise<string> {
  const secrets = [...(await passphrase(host)), ...secretsIn(host.program ?? [])]
    .map(printable)
    .filter((secret) => secret !== "")
    .sort((a, b) => b.length - a.length);
  const hide = (text: string): string => withoutLogins(secrets.reduce(replaced, text));
  // It may be cut in the middle of a word of the program.
  const prefix = where(host);
  const [first = "", ...words] = host.program ?? [];
  const shown = where(host.program ? { ...host, program: [first, ...words.map(hide)] } : host);
  const rest = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  const start = message.startsWith(prefix) ? shown : "";
  return start + secrets.reduce(withoutStart, hide(rest));
}

/** What the host's reports are encrypted with; nothing where it cannot be found. */
async function passphrase({ secret }: Host): Promise<string[]> {
  if (!secret) return [];
  return new Secrets().passphrase(secret).then(
    (text) => [text],
    () => [],
  );
}

/** What is secret among the words of a command, as far as that can be told from how it is given. */
export function secretsIn(program: readonly string[]): string[] {
  // A word may be a script with words of its own.
  const words = program.flatMap((word) => word.split(/[\s"']+/)).filter((word) => word !== "");
  const shown = parse(shownConfig(JSON.stringify(words))) as readonly string[];
  const found = words.flatMap((word, i) => [
    ...hidden(word, shown[i] ?? ""),
    ...(LOGIN_FLAG.test(words[i - 1] ?? "") ? [word.replace(/^[^:]*:?/, "")] : []),
    ...(words[i - 1]?.endsWith("sshpass") && word.startsWith("-p") ? [word.slice(2)] : []),
  ]);
  // Of a user and a password in a URL the password is told alone as well.
  const passwords = found.flatMap((one) => /^[^:]*:(.+)$/s.exec(one)?.[1] ?? []);
  return [...new Set([...found, ...passwords].map((one) => one.trim()))].filter(Boolean);
}

/** What was taken from a word when it was shown. */
function hidden(word: string, shown: string): string[] {
  if (word === shown) return [];
  const parts = shown.split(MARK).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.*)")}$`, "s").exec(word)?.slice(1) ?? [word];
}

function replaced(text: string, secret: string): string {
  if (secret.length >= MIN_LENGTH) return text.replaceAll(secret, MARK);
  const isPart = (character: string | undefined): boolean => /^\w$/.test(character ?? "");
  return text.split(secret).reduce((left, right) => {
    const alone = !isPart(left.at(-1)) && !isPart(right[0]);
    return `${left}${alone ? MARK : secret}${right}`;
  });
}

/** Without a secret of which only the start is left at the end of a text. */
function withoutStart(text: string, secret: string): string {
  if (text.length < CUT_LENGTH) return text;
  for (let length = secret.length - 1; length >= MIN_CUT; length--)
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${MARK}`;
  return text;
}
