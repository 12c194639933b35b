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

/** What parsers quote of a text that they do not understand. */
const EXCERPT = /(token in YAML stream|Unexpected token '.{1,2}'): .*$|, (?:\.\.\.)?".*$/s;

/** A line that shows nothing of what may be a secret. */
export function safe(line: string): string {
  const [path = ""] = /(?<=:\d+: )[^ ]+(?=: )/.exec(line) ?? [];
  const isHidden = SENSITIVE.test(path) || /: must be a (mapping|list), not /.test(line);
  const text = isHidden ? line.replace(QUOTED, ", not something else") : line;
  return printable(withoutLogins(text));
}

/** A parser's message without what it quotes of the text. */
export const withoutExcerpt = (message: string): string =>
  (message.split("\n")[0] ?? "").replace(EXCERPT, "$1");
