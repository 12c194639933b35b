import { parseHeader, type SectionHeader } from "../wire/header.ts";

const headers = new Map<string, SectionHeader>();
const MAX_HEADERS = 1000;

/** Reads a header line as `parseHeader` does; those that come at every poll of every host only once. */
export function headerOf(line: string): SectionHeader | undefined {
  const known = headers.get(line);
  if (known) return known;
  const header = parseHeader(line);
  // What is none, and what tells a time, comes in any number.
  if (!header || header.cached || header.persist !== undefined) return header;
  if (headers.size === MAX_HEADERS) headers.clear();
  headers.set(line, header);
  return header;
}
