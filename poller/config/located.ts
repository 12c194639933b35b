import { z } from "zod";
import { ConfigError, decodeYaml } from "../yaml.ts";

/** Something to be told of a place in a config. */
export interface Remark {
  /** Keys and indices from the top. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** In a longer text lines are not looked for: that takes a hundred times as long as reading it. */
const MAX_CHARACTERS = 2 * 1024 * 1024;

/** Stands in no message. */
const END = "\u0000";

/**
 * Remarks on a text in YAML, or JSON, each with `file:line: path: message`, in the order of the lines;
 * without lines where the text is very long or cannot be read as YAML.
 */
export function withLines<Any extends Remark>(
  text: string,
  file: string,
  remarks: readonly Any[],
): readonly { readonly remark: Any; readonly line: string }[] {
  if (remarks.length === 0) return [];
  const findings = text.length > MAX_CHARACTERS ? undefined : numbered(text, file, remarks);
  if (!findings)
    return remarks.map((remark) => ({
      remark,
      line: [file, formatPath(remark.path), remark.message].filter(Boolean).join(": "),
    }));
  return findings.flatMap((finding) => {
    const [, place = "", number = ""] = /^([^]*?)(\d+)\0/.exec(finding) ?? [];
    const remark = remarks[Number(number)];
    return remark ? { remark, line: `${place}${remark.message}` } : [];
  });
}

/** The lines alone. */
export const located = (text: string, file: string, remarks: readonly Remark[]): string[] =>
  withLines(text, file, remarks).map(({ line }) => line);

/** What a schema that finds all of it wrong says, with the number of the remark as the message. */
function numbered(
  text: string,
  file: string,
  remarks: readonly Remark[],
): readonly string[] | undefined {
  const reading = { isDone: false };
  const remarked = z.unknown().check(({ issues, value: input }) => {
    reading.isDone = true;
    for (const [i, { path }] of remarks.entries())
      issues.push({ code: "custom", input, path: [...path], message: `${i}${END}` });
  });
  try {
    decodeYaml(text, file, remarked);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return reading.isDone ? error.findings : undefined;
  }
}

/** `hosts[3].tls.key` */
export const formatPath = (path: Remark["path"]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
