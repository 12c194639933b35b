import { hostNamed } from "./hosts_api.ts";
import { hostPage } from "./host_page.ts";
import { landing } from "./landing.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";

const HTML_TYPE = "text/html; charset=utf-8";

/** `/` and `/hosts/NAME`: the hosts, and one of them, for people. */
export const pageRoutes = (view: View): Route[] => [
  route({
    method: "GET",
    path: "/",
    summary: "The hosts, worst first.",
    query: {},
    answers: { 200: { description: "A page.", type: HTML_TYPE } },
    answer: ({ reply }) => {
      const latest = (name: string) => view.snapshots.get(name);
      return reply.type(HTML_TYPE).send(landing(view.hosts(), latest, Date.now() / 1000));
    },
  }),
  route({
    method: "GET",
    path: "/hosts/{name}",
    summary: "One host with its services, sections and last polls.",
    names: { name: "the host's name" },
    query: {},
    answers: {
      200: { description: "A page.", type: HTML_TYPE },
      404: { description: "There is no such host." },
    },
    answer: ({ names, reply }) => {
      const host = hostNamed(names["name"] ?? "", view);
      const { snapshots } = view;
      const known = { snapshot: snapshots.get(host.name), polls: snapshots.polls(host.name) };
      return reply.type(HTML_TYPE).send(hostPage(host, known, Date.now() / 1000));
    },
  }),
];
