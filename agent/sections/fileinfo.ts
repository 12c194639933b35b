/**
 * Files that are watched: `name|status|size|time`, in bytes and epoch seconds, at most a minute old.
 *
 * Source: patterns in fileinfo.cfg and fileinfo.d/ of the configuration folder, one on each line, with
 * `*`, `?`, `[…]`, `{…,…}`, and `$DATE:%Y-%m-%d$` for today
 */
import { braces, glob, type Match } from "../readings/glob.ts";
import { printable } from "../readings/printable.ts";
import type { AgentSection, Body, System } from "../section.ts";
import { sideBySide } from "../readings/side_by_side.ts";
import { strftime } from "../readings/strftime.ts";
import type { Facts } from "./check_mk.ts";

const BAR = 124;
const HOLDS_SECONDS = 60;
const AT_ONCE = 16;
const MAX_PATTERNS = 256;
const MAX_FILES = 10_000;
const HEADER = "[[[header]]]\nname|status|size|time\n[[[content]]]\n";

export const fileinfo = ({ configDir }: Pick<Facts, "configDir">): AgentSection => ({
  name: "fileinfo",
  async collect(system): Promise<Body | undefined> {
    const patterns = patternsOf(system, configDir);
    if (patterns.length === 0) return undefined;
    const holds = { of: patterns.join("\n"), seconds: HOLDS_SECONDS };
    return system.memo("fileinfo", holds, () => look(system, patterns));
  },
});

function patternsOf(system: System, configDir: string): readonly string[] {
  const folder = `${configDir}/fileinfo.d`;
  const files = system.list(folder).filter((name) => !name.startsWith("."));
  return [`${configDir}/fileinfo.cfg`, ...files.map((name) => `${folder}/${name}`)]
    .flatMap((file) => system.readOnce(file)?.split(/\r?\n/) ?? [])
    .filter((line) => !/^\s*(#|$)/.test(line))
    .map((line) =>
      line.replace(/\$DATE:(.*?)\$/g, (_, format: string) => strftime(format, system.now())),
    )
    .flatMap(braces);
}

async function look(system: System, patterns: readonly string[]): Promise<Body> {
  const epoch = Math.floor(system.now());
  const looked = patterns.slice(0, MAX_PATTERNS);
  const errors: string[] = [];
  if (patterns.length > MAX_PATTERNS)
    errors.push(`only the first ${MAX_PATTERNS} patterns are told`);
  const rows: string[] = [];
  const found = await sideBySide(looked, AT_ONCE, (pattern) => glob(system, pattern));
  for (const [i, { matches, error }] of found.entries()) {
    const pattern = printable(looked[i] ?? "");
    rows.push(...matches.flatMap(row));
    if (error === undefined) continue;
    rows.push(`${pattern}|stat failed: ${error}\n`);
    errors.push(`${pattern} ${error}`);
  }
  if (rows.length > MAX_FILES) errors.push(`only the first ${MAX_FILES} files are told`);
  const text = `${epoch}\n${HEADER}${rows.slice(0, MAX_FILES).join("")}`;
  return [{ separator: BAR, text, error: errors.join("; ") || undefined }];
}

function row({ name, kind, size, mtime }: Match): readonly string[] {
  if (kind === "folder") return [];
  return [kind === "file" ? `${name}|ok|${size}|${mtime}\n` : `${name}|missing\n`];
}
