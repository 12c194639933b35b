import { CONTENT_TYPE, exposition } from "../exposition.ts";
import { type Route, route } from "./route.ts";
import { type Selection, selectionOf, selectionParameters } from "./selection.ts";
import type { View } from "./server.ts";
import { sendStream } from "./stream.ts";

/** `/metrics`: all hosts, or some of them, then the poller itself. */
export const metricsRoutes = (view: View): Route[] => [
  route({
    method: "GET",
    path: "/metrics",
    summary: "Metrics of the hosts and of the poller in Prometheus' text format.",
    query: selectionParameters,
    answers: { 200: { description: "Metrics.", type: CONTENT_TYPE } },
    answer: ({ query, request, reply }) =>
      sendStream(request, reply, CONTENT_TYPE, metrics(view, selectionOf(query, view))),
  }),
];

async function* metrics(
  { snapshots, families, self }: View,
  wanted: Selection,
): AsyncGenerator<Buffer, void> {
  const chosen = snapshots.all().filter(({ host }) => wanted.host(host.name));
  yield* exposition(chosen, families, wanted.family);
  if (wanted.self) yield Buffer.from(await self.text());
}
