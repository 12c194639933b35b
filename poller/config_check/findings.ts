/** What is found of a config and of all that it names. */
import { withoutLogins } from "../masked.ts";
import { type Remark, withLines } from "../config/located.ts";
import { printable } from "../printable.ts";

/** An error keeps something from working, a warning is hardly meant, a note is good to know. */
export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One line for people. */
export interface Finding {
  readonly severity: Severity;
  readonly line: string;
}

/** A finding by where it stands in a file. */
export interface Placed extends Remark {
  readonly severity: Severity;
}

/** Findings with the lines of the file on which they stand. */
export const placed = (text: string, file: string, all: readonly Placed[]): Finding[] =>
  withLines(text, file, all).map(({ remark: { severity }, line }) => ({ severity, line }));

/** Keys under which secrets stand, or places of secrets, or what somebody took for them. */
const SENSITIVE =
  /(auth|basic|bearer|secret|passw|token|credential|headers|program|url|key|external_labels)/i;

/** How what is wrong quotes a value that stands in a config. */
const QUOTED = /, not ("(?:[^"\\]|\\.)*"|-?[\d.]+)( \(quote it for text\))?$/;

/** What parsers quote of a text that they do not understand: all that comes after these words. */
const BEFORE_EXCERPT =
  /(Unexpected \S+ token in YAML \w+|extra characters|Unresolved tag|Unresolved alias|Could not resolve tag|Not a valid tag|Not a YAML token|Unsupported YAML version|Unknown directive|Invalid escape sequence|Verbatim tags aren't resolved|The (?=!)|Unexpected token '.{1,2}')[^]*$/;
const EXCERPT = /, (?:\.\.\.)?"[^]*$/;

/** A line that shows nothing of what may be a secret. */
export function safe(line: string): string {
  const [path = ""] = /(?<=:\d+: )[^ ]+(?=: )/.exec(line) ?? [];
  const isHidden = SENSITIVE.test(path) || /: must be a (mapping|list), not /.test(line);
  const text = isHidden ? line.replace(QUOTED, ", not something else") : line;
  // Where there is no path it is the parser that speaks.
  return printable(withoutLogins(path === "" ? text.replace(BEFORE_EXCERPT, "$1") : text));
}

/** A parser's message without what it quotes of the text. */
export const withoutExcerpt = (message: string): string =>
  (message.split("\n")[0] ?? "").replace(BEFORE_EXCERPT, "$1").replace(EXCERPT, "");
