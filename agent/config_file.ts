/** The line-based configuration files of the real agent, which it reads anew for every report. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";

export interface ConfigLine {
  /** `mrpe.cfg:3`, for people. */
  readonly place: string;
  /** Without blanks at its ends. */
  readonly text: string;
}

export interface Config {
  readonly lines: readonly ConfigLine[];
  /** Why it cannot be read. */
  readonly fault?: string;
}

const MAX_BYTES = 1024 * 1024;

/** The lines that say something; none where there is no such file. Never rejects. */
export async function readConfig(path: string): Promise<Config> {
  try {
    const about = await stat(path);
    if (!about.isFile()) return { lines: [], fault: "is no file" };
    if (about.size > MAX_BYTES) return { lines: [], fault: `is larger than ${MAX_BYTES} bytes` };
    return { lines: configLines(basename(path), await readFile(path, "utf8")) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { lines: [], ...(code === "ENOENT" ? {} : { fault: message }) };
  }
}

/** All but blank lines and comments. */
export const configLines = (file: string, text: string): ConfigLine[] =>
  text
    .split("\n")
    .map((line, i) => ({ place: `${file}:${i + 1}`, text: line.trim() }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
