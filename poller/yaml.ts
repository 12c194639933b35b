import { isMap, isScalar, isSeq, LineCounter, visit, type Document } from "yaml";
import { z } from "zod";
import { didYouMean } from "./spelling.ts";
import { withoutExcerpt, yamlDocument, YamlError } from "./yaml_text.ts";

/** A config that is refused: every finding on a line of its own, `file:line: path: what`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly findings: readonly string[];
  constructor(findings: readonly string[]) {
    super(findings.join("\n"));
    this.findings = findings;
  }
}

type Path = readonly PropertyKey[];

/**
 * Reads YAML 1.2 as a schema says. Throws a ConfigError with all that is wrong; `file` is its name
 * there. An empty text is an empty mapping. Aliases are refused: they may be made to grow without
 * bound, and what they stand for has no line of its own.
 */
export function decodeYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  const lines = new LineCounter();
  const at = (position: number, finding: string): string =>
    `${file}:${lines.linePos(position).line}: ${finding}`;

  const document = readAs(file, () => yamlDocument(text, { stringKeys: true }, lines));
  const malformed = [...document.errors, ...document.warnings].map(({ code, message, pos }) =>
    at(pos[0], SYNTAX[code]?.(text.slice(pos[0])) ?? withoutExcerpt(message.replace(/\s+/g, " "))),
  );
  visit(document, {
    Alias: (_, { range }) => void malformed.push(at(range?.[0] ?? 0, "aliases are not supported")),
  });
  if (malformed.length > 0) throw new ConfigError(malformed);

  const result = schema.safeParse(document.toJS() ?? {}, { error: describe });
  if (result.success) return result.data;
  const findings = result.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...issue.path, key],
          what: `unknown key${didYouMean(key, keysAt(schema, issue.path))}`,
        }))
      : [{ path: issue.path, what: issue.message }],
  );
  throw new ConfigError(
    findings
      .map(({ path, what }) => ({ path, what, position: positionOf(document, path) }))
      .sort((a, b) => a.position - b.position)
      .map(({ path, what, position }) =>
        at(position, path.length > 0 ? `${formatPath(path)}: ${what}` : what),
      ),
  );
}

function readAs<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new ConfigError([`${file}:${error.line}: ${error.message}`]);
  }
}

/** Our words for some syntax errors; they are handed the text from there on. */
const SYNTAX: Readonly<Record<string, (rest: string) => string>> = {
  DUPLICATE_KEY: (rest) => `${/^[^\s:,{}]*/.exec(rest)?.[0] ?? ""}: a key that is there already`,
  MULTIPLE_DOCS: () => "more than one document",
};

const formatPath = (path: Path): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");

/** Where in the text a path is: its key, or the nearest thing around it that is there. */
function positionOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let position = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (!isScalar(pair?.key)) break;
      position = pair.key.range?.[0] ?? position;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (isMap(node) || isSeq(node) || isScalar(node)) position = node.range?.[0] ?? position;
    } else break;
  }
  return position;
}

/** What was wrong, in a user's words; a schema's own messages go before these. */
const describe: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input, issue.expected)}`;
    case "too_small":
      return issue.origin === "string"
        ? "must not be empty"
        : `must be at least ${String(issue.minimum)}`;
    case "too_big":
      return `must be at most ${String(issue.maximum)}${issue.origin === "string" ? " characters" : ""}`;
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
};

const KINDS: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
};

/** What kind of value stands there, and never the value: it may be a secret at the wrong place. */
function kindOf(value: unknown, expected: string): string {
  const hint = expected === "string" ? " (quote it for text)" : "";
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return `true or false${hint}`;
    case "number":
      if (!Number.isFinite(value)) return `${value}${hint}`;
      return expected === "int" ? "a fraction" : `a number${hint}`;
    default:
      return value === null ? "empty" : Array.isArray(value) ? "a list" : "a mapping";
  }
}

/** The keys that a schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  )
    return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path);
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Readonly<Record<PropertyKey, z.core.$ZodType>> = schema.shape;
  if (key === undefined) return Object.keys(shape);
  const inner = shape[key];
  return inner === undefined ? [] : keysAt(inner, rest);
}
