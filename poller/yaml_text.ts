/** YAML as text: all that reads some does it through here. */
import {
  Composer,
  type Document,
  type DocumentOptions,
  Lexer,
  LineCounter,
  type ParsedNode,
  type ParseOptions,
  Parser,
  type SchemaOptions,
  YAMLParseError,
} from "yaml";

/** Collections within collections: what composes them calls itself for each, and may end the process. */
export const MAX_NESTING = 100;

/** A text that is no YAML, or not as it is read here. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  /** From 1. */
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** What the parser quotes of a text that it does not understand: all that comes after these words. */
const BEFORE_EXCERPT =
  /(Unexpected \S+ token in YAML \w+|extra characters|Unresolved tag|Unresolved alias|Could not resolve tag|Not a valid tag|Not a YAML token|Unsupported YAML version|Unknown directive|Invalid escape sequence|Verbatim tags aren't resolved|The (?=!))[^]*$/;

/** What the parser says without what it quotes: it may be a secret. */
export const withoutExcerpt = (message: string): string => message.replace(BEFORE_EXCERPT, "$1");

type Options = ParseOptions & DocumentOptions & SchemaOptions;

/** A text with its errors. Throws a YamlError where it nests too deeply. */
export function yamlDocument(
  text: string,
  options: Options = {},
  lines: LineCounter = new LineCounter(),
): Document<ParsedNode> {
  const composer = new Composer<ParsedNode>({ logLevel: "error", ...options });
  const documents = composer.compose(tokens(text, lines), true, text.length);
  const [document, another] = [documents.next().value, documents.next().value];
  if (!document) throw new YamlError("no document", 1);
  if (another) {
    const [start, end] = another.range;
    document.errors.push(
      new YAMLParseError([start, end], "MULTIPLE_DOCS", "more than one document"),
    );
  }
  return document;
}

/** What a text stands for. Throws a YamlError. */
export function yamlValue(text: string): unknown {
  const lines = new LineCounter();
  const document = yamlDocument(text, {}, lines);
  const [error] = document.errors;
  if (!error) return document.toJS() as unknown;
  throw new YamlError(withoutExcerpt(error.message), lines.linePos(error.pos[0]).line);
}

/** The parser keeps what is open in a list; it is what comes after it that goes down by calls. */
function* tokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    // The document and a scalar are open as well.
    if (parser.stack.length > MAX_NESTING + 2)
      throw new YamlError("nested too deeply", lines.linePos(parser.offset).line);
  }
  yield* parser.end();
}
