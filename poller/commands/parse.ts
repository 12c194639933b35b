import { parse, type HostReport, type Report } from "../parse.ts";
import { printableJson, printableLines } from "../printable.ts";
import { readInput } from "./input.ts";

interface ParseFileOptions {
  readonly json: boolean;
}

/**
 * What a saved report holds, as a table for people or as
 * `{"hosts":[{"host":"","sections":[{"name","options":{},"lines":N}]}]}`: one entry per header, the
 * sending host first. A last line without a newline counts. Rejects when the file cannot be read.
 */
export async function parseFile(path: string, { json }: ParseFileOptions): Promise<string> {
  const { bytes } = await readInput(path);
  const report = parse(bytes, { tornLine: "keep" });
  return json ? `${printableJson({ hosts: report.hosts.map(host) })}\n` : table(report);
}

const host = ({ host, parts }: HostReport): object => ({
  host,
  sections: parts.map((part) => ({
    name: part.header.name,
    options: part.header.options,
    lines: part.countLines(),
  })),
});

function table(report: Report): string {
  const notes = report.refused.map(
    ({ host, header, reason }) => `left out${host && ` of ${host}`}: ${header} (${reason})`,
  );
  if (report.truncated) notes.unshift("truncated: the end of the report is missing");
  const blocks = [...report.hosts.map(hostTable), ...(notes.length > 0 ? [notes.join("\n")] : [])];
  return printableLines(`${blocks.join("\n\n")}\n`);
}

function hostTable({ host, parts }: HostReport): string {
  const cells = parts.map((part) => [
    part.header.name,
    String(part.countLines()),
    String(part.bytes.length),
    Object.entries(part.header.options)
      .map(([key, value]) => `${key}(${value})`)
      .join(" "),
  ]);
  const all = [["section", "lines", "bytes", "options"], ...cells];
  const width = (column: number) => Math.max(...all.map((row) => row[column]?.length ?? 0));
  const [names, lines, bytes] = [width(0), width(1), width(2)];
  const rows = all.map(([name = "", count = "", size = "", options = ""]) =>
    `${name.padEnd(names)}  ${count.padStart(lines)}  ${size.padStart(bytes)}  ${options}`.trimEnd(),
  );
  return [`host: ${host === "" ? "the sender" : host}`, ...rows].join("\n");
}
