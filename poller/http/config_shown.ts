import { parseDocument, stringify } from "yaml";
import { printableLines } from "../printable.ts";
import { Refusal } from "./refusal.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";

/** What stands where a secret was. */
const SECRET = "<secret>";

/** Names of what is a secret; those of files and variables that hold one end otherwise. */
const NAME =
  /(pass(word|wd|phrase|code)?|pwd|secret|token|credentials?|(api|private)[-_]?key|auth\w*)$/i;
/** `PASSWORD=…`, `--token=…`, `Authorization: …` at the start of a word. */
const ASSIGNED =
  /^([^=:\s]{0,100}(?:pass|pwd|secret|token|credential|api-?_?key)[^=:\s]{0,20}=|(?:authorization|cookie|x-[a-z-]{1,50}):)[^]+/i;
const IN_QUERY = /([?&][^=&\s]{0,50}(?:pass|pwd|secret|token|key|sig|auth)[^=&\s]{0,20}=)[^&\s]+/gi;
const IN_URL = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^/\s@]{1,500}@/gi;

/** `/config`: the config as it was read. */
export function configRoutes(view: View): Route[] {
  let last: { readonly text: string; readonly shown: string } | undefined;
  return [
    route({
      method: "GET",
      path: "/config",
      summary: "The config as it was read, in YAML, with <secret> in place of secrets.",
      query: {},
      answers: {
        200: { description: "The config." },
        404: { description: "There is none: the poller runs without." },
      },
      answer: ({ reply }) => {
        const text = view.config?.();
        if (text === undefined) throw new Refusal(404, "there is no config");
        if (last?.text !== text) last = { text, shown: shownConfig(text) };
        return reply.type("text/plain; charset=utf-8").send(last.shown);
      },
    }),
  ];
}

/** A config without its comments and without what is a secret, or might be one. */
export function shownConfig(text: string): string {
  const content: unknown = parseDocument(text, { stringKeys: true, logLevel: "silent" }).toJS({
    maxAliasCount: 0,
  });
  return printableLines(stringify(hidden(content ?? {}), { lineWidth: 0 }));
}

function hidden(value: unknown): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value))
    return value.map((one: unknown, i) =>
      follows(value[i - 1], value[i - 2]) && !isMapping(one) ? SECRET : hidden(one),
    );
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      NAME.test(key) && !isMapping(inner) ? SECRET : hidden(inner),
    ]),
  );
}

/** Whether a word of a command is a flag after which a secret comes. */
const follows = (word: unknown, before: unknown): boolean =>
  typeof word === "string" &&
  word.length <= 100 &&
  ((word.startsWith("-") && NAME.test(word)) ||
    (word === "-p" && typeof before === "string" && before.endsWith("sshpass")));

const withoutSecrets = (text: string): string =>
  text
    .replace(IN_URL, `$1${SECRET}@`)
    .replace(IN_QUERY, `$1${SECRET}`)
    .replace(ASSIGNED, `$1${SECRET}`);

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
