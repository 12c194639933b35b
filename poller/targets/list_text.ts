/** Lists of targets as texts, in JSON or YAML; they may hold secrets, and what is wrong quotes nothing. */
import { withoutExcerpt, yamlValue, YamlError } from "../yaml_text.ts";
import { ListError } from "./discovered.ts";

/** So much does V8 show of what stands before a fault. */
const EXCERPT_CHARACTERS = 10;

/** What V8 quotes of a text that it does not understand. */
const EXCERPT = /, (?:\.\.\.)?"[^]*$/;

/** What a text stands for. Throws a ListError, with the line where that can be told. */
export function listIn(text: string, kind: "json" | "yaml"): unknown {
  try {
    return kind === "json" ? JSON.parse(text) : yamlValue(text);
  } catch (error) {
    const [what = ""] = (error as Error).message.split("\n");
    if (kind === "json") throw new ListError(what.replace(EXCERPT, ""), lineOf(text, error));
    throw new ListError(withoutExcerpt(what), error instanceof YamlError ? error.line : undefined);
  }
}

const lineOf = (text: string, error: unknown): number =>
  text.slice(0, positionIn(text, (error as Error).message)).split("\n").length;

/** Where V8 says that JSON is amiss: it tells a position, or what stands around it, or it is the end. */
function positionIn(text: string, message: string): number | undefined {
  const told = /at position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  const [, token = "", dots, excerpt] =
    /'([^]{1,2})', (\.\.\.)?"([^]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? [];
  if (excerpt === undefined) return undefined;
  return text.indexOf(excerpt) + (dots === undefined ? excerpt.indexOf(token) : EXCERPT_CHARACTERS);
}
