/**
 * runas.cfg: further scripts and who runs them, a line each: `mrpe|local|plugin USER PATH`. PATH is a
 * file like mrpe.cfg or a folder of executables; USER `-` is whoever the agent is.
 */
import { basename } from "node:path";
import { readConfig } from "../config_file.ts";

export interface RunAs {
  readonly type: "mrpe" | "local" | "plugin";
  readonly user: string;
  /** Absolute. */
  readonly path: string;
}

const MAX_LINES = 100;
/** What useradd(8) takes, and names of directories such as `DOMAIN\user` and `user@domain`. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@\\$-]*$/;

/** The entries of a file that need not be there. Never rejects. */
export async function readRunAs(
  file: string,
): Promise<{ entries: readonly RunAs[]; faults: ReadonlyMap<string, string> }> {
  const { lines, fault } = await readConfig(file);
  const faults = new Map<string, string>();
  const entries = lines.slice(0, MAX_LINES).flatMap(({ place, text }) => {
    const entry = parseRunAs(text);
    if (typeof entry !== "string") return [entry];
    faults.set(place, entry);
    return [];
  });
  if (lines.length > MAX_LINES)
    faults.set(basename(file), `only the first ${MAX_LINES} of its lines count`);
  if (fault !== undefined) faults.set(basename(file), fault);
  return { entries, faults };
}

/** Reads a line, or says what is the matter with it. */
export function parseRunAs(line: string): RunAs | string {
  const [, type = "", user = "", path = ""] = /^(\S+)\s+(\S+)\s+(.+)$/s.exec(line) ?? [];
  if (path === "") return "is not TYPE USER PATH";
  if (type !== "mrpe" && type !== "local" && type !== "plugin")
    return `"${type}" is none of mrpe, local, plugin`;
  if (user !== "-" && !USER.test(user)) return `"${user}" is no name of a user`;
  if (!path.startsWith("/")) return `"${path}" is not an absolute path`;
  return { type, user, path };
}

/**
 * A command as another user runs it, with that user's groups and home; for root alone. In the same
 * session, so that it ends with its process group.
 *
 * Source: runuser(1)
 */
export const asUser = (
  user: string,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] =>
  user === "-"
    ? command
    : ["runuser", "-s", "/bin/sh", "--session-command", 'exec "$0" "$@"', "--", user, ...command];
