import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";

/** Answered however much else there is to do. */
export const HEALTHY = "/-/healthy";

/** `/-/healthy`: the process answers. `/-/ready`: every host was tried at least once. */
export const healthRoutes = (view: View): Route[] => [
  route({
    method: "GET",
    path: HEALTHY,
    summary: "Whether the process answers.",
    query: {},
    answers: { 200: { description: "It does." } },
    answer: ({ reply }) => reply.type("text/plain").send("healthy\n"),
  }),
  route({
    method: "GET",
    path: "/-/ready",
    summary: "Whether every host was tried at least once.",
    query: {},
    answers: { 200: { description: "It was." }, 503: { description: "How many were." } },
    answer: ({ reply }) => {
      const all = view.hosts();
      const tried = all.filter(({ name }) => view.snapshots.get(name)).length;
      const ready = tried === all.length;
      const text = ready ? "ready\n" : `not ready: ${tried} of ${all.length} hosts were polled\n`;
      return reply
        .code(ready ? 200 : 503)
        .type("text/plain")
        .send(text);
    },
  }),
];
