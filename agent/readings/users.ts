/** Names of users. */
import { attempt } from "./attempt.ts";
import type { System } from "../section.ts";

const NAME_SECONDS = 3600;
/** A directory service that failed is asked again after so long. */
const FAILED_SECONDS = 300;
const DEADLINE_SECONDS = 5;
/** Asked for at a time. */
const MAX_UIDS = 256;
/** Kept. */
const MAX_NAMES = 4096;

interface Asked {
  readonly name: string | undefined;
  /** Epoch seconds. */
  readonly until: number;
}

/**
 * Names by uid; a uid that nobody knows has none.
 *
 * Source: /etc/passwd; `getent passwd` for who is not in there, who is then known for an hour.
 */
export async function userNames(
  system: System,
  uids: Iterable<string>,
): Promise<(uid: string) => string | undefined> {
  const passwd = system.readOnce("/etc/passwd") ?? "";
  const local = await system.memo("passwd", { of: passwd, seconds: Infinity }, () => parse(passwd));
  const asked = await system.memo(
    "users of a directory",
    { seconds: Infinity },
    () => new Map<string, Asked>(),
  );
  const now = system.now();
  const isOpen = (uid: string): boolean => !local.has(uid) && !((asked.get(uid)?.until ?? 0) > now);
  const open = [...new Set(uids)].filter(isOpen).slice(0, MAX_UIDS);
  if (open.length > 0) {
    if (asked.size > MAX_NAMES) asked.clear();
    const command = ["getent", "passwd", ...open] as const;
    // Exit code 2: not all of them are known. Whatever fails costs the names, not the processes.
    const options = { accept: [0, 2], deadlineSeconds: DEADLINE_SECONDS };
    const { value = "", error } = await attempt(system.run(command, options));
    const names = parse(value);
    const until = now + (error === undefined ? NAME_SECONDS : FAILED_SECONDS);
    for (const uid of open) asked.set(uid, { name: names.get(uid), until });
  }
  return (uid) => local.get(uid) ?? asked.get(uid)?.name;
}

/** `name:password:uid:…`; the first name of a uid holds, and none that would be two words. */
function parse(passwd: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [, name = "", uid = ""] of passwd.matchAll(/^([^:\s]+):[^:\n]*:(\d+):/gm))
    if (!names.has(uid)) names.set(uid, name);
  return names;
}
