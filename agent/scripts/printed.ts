/** What a script printed, made fit to stand beside what the others printed. */
import {
  formatHeader,
  isFooter,
  isHeader,
  isPiggybackHeader,
  parseHeader,
  piggybackHost,
  type Cached,
} from "../../wire/header.ts";
import type { FolderKind, Script } from "./script.ts";

/** Opens the one section of all local checks. */
export const LOCAL_HEADER = `${formatHeader("local", { separator: 0 })}\n`;
const FOOTER = "<<<>>>\n";
const OWN_HOST = "<<<<>>>>\n";

const cachedOption = ({ at, interval }: Cached): string => `cached(${at},${interval})`;

/** A run that failed says nothing new where an earlier output is still of use. */
export const printRun =
  (kind: FolderKind): Script["print"] =>
  ({ outcome, fault, cached }) =>
    fault !== undefined && cached && !outcome.tooLarge
      ? undefined
      : printedText(kind, outcome.stdout, cached);

/** Whole lines that look like headers; a script may print a million others. */
const HEADERS = /(?<![^\n])<<<[^\n]*>>>\r*(?![^\n])/g;

/**
 * Sections of a plugin or lines of a local check, as Latin-1 text that ends in a newline. `cached`
 * marks every section or line that does not say its age itself. Neither a plugin without a header
 * nor one that ends in the middle of another host's part spoils what comes before and after.
 */
export function printedText(kind: FolderKind, bytes: Buffer, cached?: Cached): string {
  const text = withNewline(bytes.toString("latin1"));
  const start = text.search(/\S/);
  if (start < 0) return "";
  const headers = Array.from(text.matchAll(HEADERS), ([line]) => withoutReturn(line)).filter(
    isHeader,
  );
  const host = headers.filter(isPiggybackHeader).map(piggybackHost).at(-1) ?? "";
  const body = (cached ? marked(kind, text, cached) : text) + (host === "" ? "" : OWN_HOST);
  if (kind === "local") return headers.length > 0 ? body + LOCAL_HEADER : body;
  const first = text.slice(text.lastIndexOf("\n", start) + 1, text.indexOf("\n", start));
  return isHeader(withoutReturn(first)) ? body : FOOTER + body;
}

/** For how long data is meant to be used that is normally asked for every minute. */
const USUAL_SECONDS = 60;

/** The sections of a plugin that ran before this agent did, told to be that old. */
export const agedText = (text: string, madeAt: number): string =>
  printedText("plugins", Buffer.from(text, "latin1"), {
    at: Math.floor(madeAt),
    interval: USUAL_SECONDS,
  });

/** What says of each section, or on each line, how old it is. */
function marked(kind: FolderKind, text: string, cached: Cached): string {
  const option = cachedOption(cached);
  if (kind === "plugins") return text.replace(HEADERS, (line) => markedHeader(line, option));
  const lines = text.slice(0, -1).split("\n");
  return `${lines.map((line) => markedLine(line, option)).join("\n")}\n`;
}

function markedHeader(line: string, option: string): string {
  const bare = withoutReturn(line);
  if (!isHeader(bare) || isPiggybackHeader(bare) || isFooter(bare)) return line;
  const header = parseHeader(bare);
  if (!header || header.cached) return line;
  return `${bare.slice(0, -">>>".length)}:${option}>>>${line.slice(bare.length)}`;
}

function markedLine(line: string, option: string): string {
  const bare = withoutReturn(line);
  const isSo = isHeader(bare) || bare.trim() === "" || /^cached\(\d+,\d+\) /.test(bare);
  return isSo ? line : `${option} ${line}`;
}

const withNewline = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** Lines may end in carriage returns, which do not count. */
function withoutReturn(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === "\r") end--;
  return line.slice(0, end);
}
