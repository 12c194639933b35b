import { parse } from "../../poller/parse.ts";
import type { Section } from "../../poller/sections.ts";
import type { Rows } from "../../poller/judge/check.ts";

/** The only section of a report; it may be sent in several parts. */
export function section(text: string): Section {
  const [own, ...others] = parse(Buffer.from(text), { tornLine: "keep" }).hosts;
  const [found, ...more] = own?.sections.values() ?? [];
  if (!found || more.length > 0 || others.length > 0)
    throw new Error("a text of exactly one section, under `<<<name>>>`, is wanted");
  return found;
}

/** The rows of the only section of a report, read as the poller reads them. */
export const sectionRows = (text: string): Rows => section(text).rows;

/** Rows of lines that are split at blanks. */
export const rows = (...lines: readonly string[]): Rows =>
  sectionRows(["<<<section>>>", ...lines, ""].join("\n"));
