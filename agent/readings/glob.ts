/** Files that a pattern of the shell's names. */
import { attempt } from "./attempt.ts";
import { printable } from "./printable.ts";
import type { System } from "../section.ts";

export interface Match {
  readonly name: string;
  /** `missing` where it is no regular file, or a name without wildcards is not there at all. */
  readonly kind: "file" | "folder" | "missing";
  /** Bytes. */
  readonly size: number;
  /** Epoch seconds. */
  readonly mtime: number;
}

export interface Matches {
  readonly matches: readonly Match[];
  /** Why there are none. */
  readonly error?: string;
}

const DEADLINE_SECONDS = 5;
/** Names that one pattern may have in braces. */
const MAX_NAMES = 256;
/**
 * The pattern is an argument and no part of the script: it is expanded as a pattern, and neither
 * split nor run.
 */
const SCRIPT = 'IFS=; exec stat -L -c "%F|%s|%Y|%n" -- $1';
/** Some names are not there. */
const CODES = [0, 1];
const LINE = /^([^|]+)\|(\d+)\|(-?\d+)\|(\/.*)$/gm;
const WILDCARD = /[*?[]/;

/**
 * Looked for by a process of its own: a pattern may lead to a server that does not answer, and
 * nobody can tell beforehand. Links are followed.
 */
export async function glob(system: System, pattern: string): Promise<Matches> {
  if (!pattern.startsWith("/")) return { matches: [missing(pattern)] };
  const command = ["sh", "-c", SCRIPT, "sh", pattern] as const;
  const options = { accept: CODES, deadlineSeconds: DEADLINE_SECONDS };
  const { value = "", error } = await attempt(system.run(command, options));
  if (error !== undefined) return { matches: [], error: error.slice(command.join(" ").length + 1) };
  const start = pattern.slice(0, pattern.search(/[*?[\\]|$/));
  const matches = Array.from(value.matchAll(LINE), matchOf).filter(({ name }) =>
    // A file's name may hold lines that look like those of others.
    name.startsWith(printable(start)),
  );
  return { matches: matches.length > 0 || WILDCARD.test(pattern) ? matches : [missing(pattern)] };
}

function matchOf([, type = "", size, mtime, name = ""]: readonly string[]): Match {
  const kind = type.startsWith("regular") ? "file" : type === "directory" ? "folder" : "missing";
  return { name: printable(name), kind, size: Number(size), mtime: Number(mtime) };
}

const missing = (name: string): Match => ({
  name: printable(name),
  kind: "missing",
  size: 0,
  mtime: 0,
});

/** `/a/{b,c{d,e}}` means `/a/b`, `/a/cd` and `/a/ce`; at most 256 names. */
export function braces(pattern: string): readonly string[] {
  let names = [pattern];
  for (;;) {
    const next = [...new Set(names.flatMap(innermost))].slice(0, MAX_NAMES);
    if (next.every((name, i) => name === names[i])) return next;
    names = next;
  }
}

/** With the first braces that hold no others replaced by each of what they hold. */
function innermost(pattern: string): readonly string[] {
  const [whole, before = "", choices = "", after = ""] =
    /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return choices.split(",").map((choice) => before + choice + after);
}
