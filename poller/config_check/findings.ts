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

/** A line that shows nothing of what may be a secret, and nothing that would control a terminal. */
export const safe = (line: string): string => printable(withoutLogins(line));
