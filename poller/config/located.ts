import { z } from "zod";
import { ConfigError, decodeYaml } from "../yaml.ts";

/** Something to be told of a place in a config. */
export interface Remark {
  /** Keys and indices from the top. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Remarks on a text in YAML, or JSON, as `file:line: path: message`, in the order of the lines; without
 * lines where the text cannot be read as YAML.
 */
export function located(text: string, file: string, remarks: readonly Remark[]): readonly string[] {
  const reading = { isDone: false };
  const remarked = z.unknown().check(({ issues, value: input }) => {
    reading.isDone = true;
    for (const { path, message } of remarks)
      issues.push({ code: "custom", input, path: [...path], message });
  });
  try {
    decodeYaml(text, file, remarked);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (reading.isDone) return error.findings;
    return remarks.map(({ path, message }) => [file, formatPath(path), message].join(": "));
  }
}

/** `hosts[3].tls.key` */
export const formatPath = (path: Remark["path"]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
