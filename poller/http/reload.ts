import { Refusal } from "./refusal.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";

/** How reading the config again went; an error leaves all as it was. */
export type Reloaded = { readonly ok: true } | { readonly error: string };

/** `/-/reload`, for whoever means it: a link cannot. */
export function reloadRoutes(view: View): Route[] {
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: what was written before a request is read because of it. */
  const reload = async (): Promise<Reloaded> => {
    const before = last;
    const mine = before.then(() => view.reload?.() ?? { error: "the config is not reloaded here" });
    last = mine.catch(() => undefined);
    return mine;
  };
  return (["POST", "PUT"] as const).map((method) =>
    route({
      method,
      path: "/-/reload",
      summary: "Reads the config again; a config that is wrong changes nothing.",
      query: {},
      answers: {
        200: { description: "It is in force." },
        403: { description: "Asked for by a page of somebody else." },
        500: { description: "What is wrong with it." },
      },
      answer: async ({ request, reply }) => {
        const site = request.headers["sec-fetch-site"];
        if (site !== undefined && site !== "same-origin" && site !== "none")
          throw new Refusal(403, "not from another site");
        const result = await reload();
        if ("error" in result) return reply.code(500).type("text/plain").send(`${result.error}\n`);
        return reply.type("text/plain").send("reloaded\n");
      },
    }),
  );
}
