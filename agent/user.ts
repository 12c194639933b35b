import { readFileSync } from "node:fs";
import { groups } from "./groups.ts";
import type { Options } from "./options.ts";
import type { Account } from "./report.ts";
import { UsageError } from "./usage.ts";

/** Gives up root for a user of /etc/passwd and his groups; for good. Throws a UsageError. */
export function becomeUser(name: string): void {
  const { uid, gid } = account(name);
  if (process.getuid?.() === uid) return;
  if (process.getuid?.() !== 0) throw new UsageError(`--user: only root can become ${name}`);
  const further = groups().filter(({ members }) => members.includes(name));
  process.setgroups?.([gid, ...further.map((group) => group.gid)]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** What cannot be told because the agent gave up root: `denied` are paths that it may not read. */
export function lacks(
  { user }: Pick<Options, "user">,
  [path, ...others]: readonly string[],
): readonly Account[] {
  if (user === undefined || path === undefined) return [];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return [{ section: "roundsman_agent", error: `${user} may not read ${path}${more}` }];
}

function account(name: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, uid, gid] = /^[^:]+:[^:]*:(\d+):(\d+):/.exec(line ?? "") ?? [];
  if (uid === undefined)
    throw new UsageError(`--user: there is no user ${JSON.stringify(name)} in /etc/passwd`);
  return { uid: Number(uid), gid: Number(gid) };
}
