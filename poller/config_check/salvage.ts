/** As much of a config as can be read, so that one slip does not hide the others. */
import { type Config, parseConfig } from "../config.ts";
import { located, type Remark } from "../config/located.ts";
import { ConfigError } from "../yaml.ts";
import { yamlDocument } from "../yaml_text.ts";

/** Lists of which one entry may be left out. */
const LISTS = ["hosts", "file_sd", "http_sd", "rules", "require", "remote_write"] as const;
type List = (typeof LISTS)[number];

/** What is left out may have hidden something else; it does so no more often than this. */
const MAX_ROUNDS = 4;

export interface Salvaged {
  /** Of what can be read; absent where there is nothing of the kind. */
  readonly config: Config | undefined;
  /** What is wrong, each with file, line and path. */
  readonly findings: readonly string[];
  /** Where the file has an entry of a list of the config. */
  readonly pathOf: (list: List, index: number) => Remark["path"];
  /** Where the file has each of the patterns of `file_sd`. */
  readonly filePaths: readonly Remark["path"][];
}

type Raw = Record<string, unknown>;

/** Reads the text of a config; `file` is what findings call it. */
export function salvage(text: string, file: string): Salvaged {
  const findings: string[] = [];
  const kept = new Map<List, readonly number[]>();
  let raw = rawOf(text);
  let config: Config | undefined;
  for (let round = 0; raw && !config && round < MAX_ROUNDS; round++) {
    const isWhole = round === 0;
    try {
      config = parseConfig(isWhole ? text : JSON.stringify(raw), file);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The settings of the fleet were left out: what does not go with them may well.
      const isMisled = !isWhole && !("poll" in raw) && "poll" in (rawOf(text) ?? {});
      const found = error.findings.map((line) => line.slice(file.length + 1));
      const remarks = found.map((line) => remarkIn(line, kept));
      if (isWhole) findings.push(...error.findings);
      else if (!isMisled) findings.push(...located(text, file, remarks));
      raw = without(raw, found, kept);
    }
  }
  if (findings.length === 0 && !config) findings.push(...unread(text, file));
  const pathOf: Salvaged["pathOf"] = (list, i) => [list, kept.get(list)?.[i] ?? i];
  return {
    config,
    findings: [...new Set(findings)],
    pathOf,
    filePaths: filePathsOf(raw ?? {}, pathOf),
  };
}

/** What a text holds as long as it is YAML with a mapping. */
function rawOf(text: string): Raw | undefined {
  try {
    const document = yamlDocument(text, { stringKeys: true, logLevel: "silent" });
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why there is nothing to salvage. */
function unread(text: string, file: string): readonly string[] {
  try {
    parseConfig(text, file);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.findings;
    throw error;
  }
}

/** Line, path and message, of which the path is one of ours. */
const FINDING = /^\d+: (([^.[\]:]+)(?:\[(\d+)\])?[^]*?): ([^]*)$/;

/** A finding of what is left as a remark on the file. */
function remarkIn(line: string, kept: ReadonlyMap<List, readonly number[]>): Remark {
  const original = (list: string, i: string): number =>
    kept.get(list as List)?.[Number(i)] ?? Number(i);
  const [, path = "", , , message = line] = FINDING.exec(line) ?? [];
  const keys = [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, i]) => key ?? Number(i));
  const [list, i] = keys;
  return {
    path:
      typeof i === "number"
        ? [list ?? "", original(String(list), String(i)), ...keys.slice(2)]
        : keys,
    message: message.replace(
      /\b(hosts|remote_write)\[(\d+)\]/g,
      (_, name: string, index: string) => `${name}[${original(name, index)}]`,
    ),
  };
}

/** What is left without that in which something was found; `undefined` where that is not to be told. */
function without(
  raw: Raw,
  found: readonly string[],
  kept: Map<List, readonly number[]>,
): Raw | undefined {
  const left = { ...raw };
  const gone = new Map<List, Set<number>>();
  for (const line of found) {
    const [, path = "", first = "", index] = FINDING.exec(line) ?? [];
    const key = Object.hasOwn(raw, path) ? path : first;
    if (!Object.hasOwn(raw, key)) return undefined;
    const list = LISTS.find((name) => name === key && Array.isArray(raw[name]));
    if (!list || index === undefined) Reflect.deleteProperty(left, key);
    else gone.set(list, (gone.get(list) ?? new Set()).add(Number(index)));
  }
  for (const [list, indices] of gone) {
    const all = raw[list] as readonly unknown[];
    const before = kept.get(list) ?? all.map((_, i) => i);
    kept.set(
      list,
      before.filter((_, i) => !indices.has(i)),
    );
    if (list in left) left[list] = all.filter((_, i) => !indices.has(i));
  }
  return left;
}

function filePathsOf({ file_sd: all }: Raw, pathOf: Salvaged["pathOf"]): Remark["path"][] {
  return (Array.isArray(all) ? (all as unknown[]) : []).flatMap((entry, i) =>
    isMapping(entry) && Array.isArray(entry["files"])
      ? entry["files"].map((_, j) => [...pathOf("file_sd", i), "files", j])
      : [],
  );
}

const isMapping = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);
