import { isUtf8 } from "node:buffer";
import { isFooter, isPiggybackHeader, piggybackHost, type SectionHeader } from "../wire/header.ts";
import { codec, type Codec } from "./decode.ts";
import { lacksEnd } from "./ending.ts";
import { headerOf } from "./headers.ts";
import { hasMoreLines, limitLines, MAX_LINE_BYTES, Part } from "./rows.ts";
import { PartSection, type Section } from "./sections.ts";

/** What a report says of one host. */
export interface HostReport {
  /** Empty: the host that sent the report; otherwise a piggybacked host's name. */
  readonly host: string;
  readonly sections: ReadonlyMap<string, Section>;
  /** One per header, in the order of arrival. */
  readonly parts: readonly Part[];
}

/** Something that was left out, for people. */
export interface Refusal {
  /** As in `HostReport`. */
  readonly host: string;
  /** The header line, cut after 120 characters. */
  readonly header: string;
  readonly reason: string;
}

/** All that an agent said in one connection. Holds on to the bytes it was parsed from. */
export interface Report {
  /** The sending host first, then piggybacked hosts as they appeared. */
  readonly hosts: readonly HostReport[];
  /** Whether the end is missing. */
  readonly truncated: boolean;
  /** The first 20 things that were left out. */
  readonly refused: readonly Refusal[];
  /** How many things each limit left out. */
  readonly cut: Readonly<
    Record<"headers" | "sections" | "piggyback_hosts" | "line_length", number>
  >;
}

export interface ParseOptions {
  /** The sending host's name: a piggyback header that names it means the host itself. */
  readonly own?: string;
  /** A last line without a newline was cut off somewhere; `keep` it for files saved by hand. */
  readonly tornLine?: "drop" | "keep";
}

/** What one report may hold. */
export const LIMITS = {
  headers: 50_000,
  /** Of one host, and of its shortest sections; those of the others are not read. */
  lines: 100_000,
  piggybackHosts: 1_000,
  /** Of different names, of one host. */
  sections: 2_000,
  headerBytes: 1_024,
  hostNameCharacters: 253,
  refusals: 20,
} as const;

const LF = 10;
const CR = 13;
const GREATER = 62;
const HEADER_START = Buffer.from("<<<");
const NEXT_HEADER = Buffer.from("\n<<<");

/** Splits a report into hosts and sections. Never throws; no section's lines are read yet. */
export function parse(bytes: Buffer, { own, tornLine = "drop" }: ParseOptions = {}): Report {
  const torn = bytes.length > 0 && bytes[bytes.length - 1] !== LF;
  const text = torn && tornLine === "drop" ? bytes.subarray(0, bytes.lastIndexOf(LF) + 1) : bytes;
  const reader = new Reader(text, own);
  for (let at = firstHeader(text); at >= 0;) {
    const newline = text.indexOf(LF, at);
    const end = newline < 0 ? text.length : newline;
    if (!reader.line(at, end)) break;
    const next = text.indexOf(NEXT_HEADER, end);
    at = next < 0 ? -1 : next + 1;
  }
  return reader.report(torn);
}

const firstHeader = (text: Buffer): number => {
  if (text.subarray(0, 3).equals(HEADER_START)) return 0;
  const found = text.indexOf(NEXT_HEADER);
  return found < 0 ? -1 : found + 1;
};

/** Goes from one header line to the next. */
class Reader {
  readonly #text: Buffer;
  readonly #own: string | undefined;
  readonly #hosts = new Map<string, Part[]>([["", []]]);
  readonly #refused: Refusal[] = [];
  readonly #cut = { headers: 0, sections: 0, piggyback_hosts: 0, line_length: 0 };
  #headers = 0;
  /** `undefined` below a piggyback header that cannot be used. */
  #host: string | undefined = "";
  #open: { header: SectionHeader; codec: Codec; start: number } | undefined;

  constructor(text: Buffer, own: string | undefined) {
    this.#text = text;
    this.#own = own === undefined ? undefined : projectHostName(own);
  }

  /**
   * A line that starts with `<<<`, up to its newline; it need not be a header. False when no more of
   * the report is to be read.
   */
  line(start: number, newline: number): boolean {
    let end = newline;
    while (this.#text[end - 1] === CR) end--;
    if (!this.#endsAsHeader(end)) return true;
    const bytes = this.#text.subarray(start, end);
    this.#close(start);
    const valid = isUtf8(bytes);
    const line = bytes.toString(valid ? "utf8" : "latin1");
    if (++this.#headers > LIMITS.headers) {
      this.#cut.headers++;
      this.#refuse(line, `more than ${LIMITS.headers} headers; the rest is not read`);
      return false;
    }
    if (isPiggybackHeader(line)) this.#switch(line);
    else if (this.#host === undefined || isFooter(line)) return true;
    else if (!valid) this.#refuse(line, "not UTF-8");
    else if (bytes.length > LIMITS.headerBytes)
      this.#refuse(line, `longer than ${LIMITS.headerBytes} bytes`);
    else this.#section(line, newline + 1);
    return true;
  }

  report(torn: boolean): Report {
    this.#close(this.#text.length);
    if (hasMoreLines(this.#text, LIMITS.lines))
      for (const parts of this.#hosts.values()) limitLines(parts, LIMITS.lines);
    const hosts = Array.from(this.#hosts, ([host, parts]) => this.#hostReport(host, parts));
    const own = this.#hosts.get("") ?? [];
    return {
      hosts,
      truncated: torn || lacksEnd(own),
      refused: this.#refused,
      cut: this.#cut,
    };
  }

  // Byte by byte: a report of nothing but `<<<` is not to cost an object for each.
  #endsAsHeader(end: number): boolean {
    const text = this.#text;
    return text[end - 1] === GREATER && text[end - 2] === GREATER && text[end - 3] === GREATER;
  }

  #switch(line: string): void {
    const name = piggybackHost(line);
    const host = projectHostName(name);
    this.#host = undefined;
    if (name === "" || (host !== undefined && host === this.#own)) this.#host = "";
    else if (host === undefined) this.#refuse(line, "not a host name");
    else if (this.#hosts.has(host)) this.#host = host;
    else if (this.#hosts.size > LIMITS.piggybackHosts) {
      this.#cut.piggyback_hosts++;
      this.#refuse(line, `more than ${LIMITS.piggybackHosts} piggybacked hosts`);
    } else this.#hosts.set((this.#host = host), []);
  }

  #section(line: string, start: number): void {
    const header = headerOf(line);
    const found = codec(header?.encoding);
    if (!header) this.#refuse(line, "not a section header");
    else if (!found) this.#refuse(line, "unknown encoding");
    else this.#open = { header, codec: found, start };
  }

  #close(end: number): void {
    if (!this.#open || this.#host === undefined) return;
    const { header, codec, start } = this.#open;
    this.#open = undefined;
    const bytes = this.#text.subarray(start, Math.max(start, end));
    const part = new Part(header, codec, bytes);
    if (part.hasLongLine()) {
      this.#cut.line_length++;
      this.#refuse(`<<<${header.name}>>>`, `a line is longer than ${MAX_LINE_BYTES} bytes`);
    }
    this.#hosts.get(this.#host)?.push(part);
  }

  #hostReport(host: string, parts: readonly Part[]): HostReport {
    const sections = new Map<string, PartSection>();
    for (const part of parts) {
      const { name } = part.header;
      const same = sections.get(name);
      if (same) same.add(part);
      else if (sections.size < LIMITS.sections) sections.set(name, new PartSection(part));
      else if (this.#cut.sections++ === 0)
        this.#refuse(`<<<${name}>>>`, `more than ${LIMITS.sections} sections`);
    }
    return { host, sections, parts };
  }

  #refuse(line: string, reason: string): void {
    if (this.#refused.length < LIMITS.refusals)
      this.#refused.push({ host: this.#host ?? "", header: line.slice(0, 120), reason });
  }
}

/** A name as it may be used for a host, with `_` for what may not; `undefined` for what is none. */
export function projectHostName(name: string): string | undefined {
  if (name.length > LIMITS.hostNameCharacters || /^\.*$/.test(name)) return undefined;
  return name.replace(/[^A-Za-z0-9_.:-]/gu, "_");
}
