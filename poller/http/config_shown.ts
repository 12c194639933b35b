import { stringify } from "yaml";
import { withoutSecrets } from "../masked.ts";
import { printableLines } from "../printable.ts";
import { yamlDocument } from "../yaml_text.ts";
import { Refusal } from "./refusal.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";

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
  const content: unknown = yamlDocument(text, { stringKeys: true, logLevel: "silent" }).toJS({
    maxAliasCount: 0,
  });
  return printableLines(stringify(withoutSecrets(content ?? {}), { lineWidth: 0 }));
}
