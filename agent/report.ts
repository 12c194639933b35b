/** All the agent says in one connection, made once and handed to everybody alike. */
import { formatHeader, type Cached } from "../wire/header.ts";
import type { Body } from "./section.ts";

/** A section's text that is ready to be served. */
export interface Ready {
  readonly name: string;
  /** Code point for a body that is a string. */
  readonly separator?: number | undefined;
  readonly body: Body;
  readonly cached?: Cached | undefined;
}

/** How the last collection of a section or run of a script went: a line of `roundsman_agent`. */
export interface Account {
  readonly section?: string;
  readonly script?: string;
  /** Of the agent itself, for TLS. */
  readonly certificate?: string;
  /** Epoch seconds; absent before the first. */
  readonly at?: number | undefined;
  readonly seconds?: number | undefined;
  readonly error?: string | undefined;
  /** Epoch seconds at which a certificate ends. */
  readonly expires?: number;
}

export interface Report {
  readonly bytes: Buffer;
  /** Epoch seconds. */
  readonly at: number;
  /** To be called when a client has taken it to the last byte. */
  delivered(): void;
}

export interface ReportParts {
  readonly at: number;
  /** In the catalogue's order. */
  readonly sections: readonly Ready[];
  /** Texts with their own headers, such as those of scripts; empty or ending in a newline. */
  readonly appended: readonly string[];
  readonly accounts: readonly Account[];
  readonly delivered?: () => void;
}

/** Joins what is there into a report; the last line tells that nothing was cut off. */
export function joinReport({ at, sections, appended, accounts, delivered }: ReportParts): Report {
  const text = [
    ...sections.map(sectionText),
    ...appended,
    `${formatHeader("roundsman_agent", { separator: 0 })}\n`,
    ...accounts.map((account) => `${accountLine(account)}\n`),
    `${JSON.stringify({ end: true, sections: sections.length })}\n`,
  ].join("");
  return { bytes: Buffer.from(text, "latin1"), at, delivered: delivered ?? (() => undefined) };
}

/** Parts come one after another, each under its header; what is older than its section tells so. */
function sectionText({ name, separator, body, cached }: Ready): string {
  if (typeof body === "string")
    return `${formatHeader(name, { separator, cached })}\n${asLines(body)}`;
  return body
    .map(({ text, ...part }) => sectionText({ name, cached, ...part, body: text }))
    .join("");
}

/** A line that would be taken for a header is data here: a leading blank makes it so for readers. */
const asLines = (text: string): string =>
  withNewline(text.includes("<<<") ? text.replace(/^<<</gm, " <<<") : text);

const withNewline = (text: string): string =>
  text === "" || text.endsWith("\n") ? text : `${text}\n`;

/** JSON in ASCII, so that Latin-1 carries whatever an error's text says. */
function accountLine({ at, seconds, ...account }: Account): string {
  const { section, script, certificate, expires, error } = account;
  const times = { at: rounded(at), seconds: rounded(seconds) };
  const line = { section, script, certificate, ...times, expires, error };
  return JSON.stringify(line).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const rounded = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1000) / 1000;
