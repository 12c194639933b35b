/** What is shown of configs and told of failures, without what is secret in it. */
import { setTimeout as sleep } from "node:timers/promises";
import { printable } from "./printable.ts";
import { Secrets } from "./sources/secrets.ts";
import type { Host } from "./targets/host.ts";

/** What stands where a secret was. */
const MARK = "<secret>";

/** A shorter secret is looked for as a word of its own only: it is part of many. */
const MIN_LENGTH = 4;

/** What a program says is cut at so many characters, perhaps in the middle of a secret. */
const CUT_LENGTH = 200;
const MIN_CUT = 3;

/** For how long a passphrase is waited for; a mount may hang. */
const PASSPHRASE_MILLISECONDS = 1000;

/** Names of what is a secret; those of files and variables that hold one end otherwise. */
const NAME =
  /(pass(word|wd|phrase|code)?|pwd|secret|token|credentials?|(api|private)[-_]?key|auth\w*)$/i;
/** `PASSWORD=…`, `--token=…`, `Authorization: …` at the start of a word. */
const ASSIGNED =
  /^([^=:\s]{0,100}(?:pass|pwd|secret|token|credential|api-?_?key)[^=:\s]{0,20}=|(?:authorization|cookie|x-[a-z-]{1,50}):)[^]+/i;
/** Of `curl` and the like: the next word is a user and a password. */
const LOGIN_FLAG = /^(-u|-U|--user|--proxy-user)$/;

const USER_IN_URL = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^/\s@]{1,500}@/gi;
const QUERY_NAME = String.raw`([?&][^=&\s]{0,50}(?:pass|pwd|secret|token|key|sig|auth)[^=&\s]{0,20}=)`;
const IN_QUERY = new RegExp(String.raw`${QUERY_NAME}[^&\s]+`, "gi");
/** Of a sentence the quote or the colon after a URL is none of it. */
const IN_SAID_QUERY = new RegExp(String.raw`${QUERY_NAME}[^&\s"']+?(?=:?(?:[&\s"']|$))`, "gi");

/** A text without users and passwords in URLs, nor what their queries call a secret. */
export const withoutLogins = (text: string): string =>
  text.replace(USER_IN_URL, `$1${MARK}@`).replace(IN_SAID_QUERY, `$1${MARK}`);

/** What a config says, or a part of it, without what is a secret, or might be one. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return wordWithoutSecrets(value);
  if (Array.isArray(value))
    return value.map((one: unknown, i) =>
      follows(value[i - 1], value[i - 2]) && !isMapping(one) ? MARK : withoutSecrets(one),
    );
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      NAME.test(key) && !isMapping(inner) ? MARK : withoutSecrets(inner),
    ]),
  );
}

function wordWithoutSecrets(word: string): string {
  const shown = word
    .replace(USER_IN_URL, `$1${MARK}@`)
    .replace(IN_QUERY, `$1${MARK}`)
    .replace(ASSIGNED, `$1${MARK}`);
  // It may be a script with words of its own.
  return /\s/.test(word) ? without(shown, secretsIn([word])) : shown;
}

/** Whether a word of a command is a flag after which a secret comes. */
const follows = (word: unknown, before: unknown): boolean =>
  typeof word === "string" &&
  word.length <= 100 &&
  ((word.startsWith("-") && NAME.test(word)) ||
    (word === "-p" && typeof before === "string" && before.endsWith("sshpass")));

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A command's words as they may be told, one after the other. */
export function shownProgram(program: readonly string[]): string {
  const known = shownPrograms.get(program);
  if (known !== undefined) return known;
  const [first = "", ...words] = program;
  const secrets = secretsIn(program);
  const shown = [first, ...words.map((word) => withoutLogins(without(word, secrets)))].join(" ");
  shownPrograms.set(program, shown);
  return shown;
}

/** Read once a while, however many hosts fail. */
const secrets = new Secrets();

const shownPrograms = new WeakMap<readonly string[], string>();

/**
 * What is told of a failed fetch without the host's passphrase, without what looks like a secret
 * among the words of its program, as a whole or cut off, and without users and passwords in URLs.
 */
export async function masked(message: string, host: Host): Promise<string> {
  const secrets = [...(await passphrase(host)), ...secretsIn(host.program ?? [])].map(printable);
  const text = withoutLogins(without(message, secrets));
  return message.length < CUT_LENGTH ? text : secrets.reduce(withoutStart, text);
}

/** What the host's reports are encrypted with; nothing where it cannot be found. */
async function passphrase({ secret }: Host): Promise<string[]> {
  if (!secret) return [];
  const found = secrets.passphrase(secret).then(
    (text) => [text],
    () => [],
  );
  return Promise.race([found, sleep(PASSPHRASE_MILLISECONDS, [], { ref: false })]);
}

/** What is secret among the words of a command, as far as that can be told from how it is given. */
export function secretsIn(program: readonly string[]): string[] {
  // A word may be a script with words of its own.
  const words = program.flatMap((word) => word.split(/[\s"']+/)).filter((word) => word !== "");
  const shown = withoutSecrets(words) as readonly string[];
  const found = words.flatMap((word, i) => [
    ...taken(word, shown[i] ?? ""),
    ...(LOGIN_FLAG.test(words[i - 1] ?? "") ? [word.replace(/^[^:]*:?/, "")] : []),
    ...(words[i - 1]?.endsWith("sshpass") && word.startsWith("-p") ? [word.slice(2)] : []),
  ]);
  // Of a user and a password in a URL the password is told alone as well.
  const passwords = found.flatMap((one) => /^[^:]*:(.+)$/s.exec(one)?.[1] ?? []);
  return [...new Set([...found, ...passwords].map((one) => one.trim()))].filter(Boolean);
}

/** What was taken from a word when it was shown. */
function taken(word: string, shown: string): string[] {
  if (word === shown) return [];
  // What is told of it may be no more than what it assigns.
  if (shown === MARK) return [word, ...taken(word, wordWithoutSecrets(word))];
  const parts = shown.split(MARK).map(literal).join("(.*)");
  return new RegExp(`^${parts}$`, "s").exec(word)?.slice(1) ?? [word];
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** All at once, so that no mark is taken for a secret, nor one that was there before. */
function without(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const patterns = longestFirst.map((secret) =>
    secret.length < MIN_LENGTH ? String.raw`(?<!\w)${literal(secret)}(?!\w)` : literal(secret),
  );
  return text.replace(new RegExp([MARK, ...patterns].join("|"), "g"), MARK);
}

/** Without a secret of which only the start is left at the end of a text. */
function withoutStart(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= MIN_CUT; length--)
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${MARK}`;
  return text;
}
