import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { number } from "../judge/format.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";

export interface Server {
  readonly address: string;
  readonly port: string;
  /** Connections now: all, and what they are at. */
  readonly active?: number | undefined;
  readonly reading?: number | undefined;
  readonly writing?: number | undefined;
  readonly waiting?: number | undefined;
  /** So far. */
  readonly accepted?: number | undefined;
  readonly handled?: number | undefined;
  readonly requests?: number | undefined;
}

type Servers = ReadonlyMap<string, Server>;

interface Params {
  readonly active: Levels;
}

/**
 * Connections and requests of nginx.
 *
 * Section: nginx_status   Source: nginx' page of ngx_http_stub_status_module, ADDRESS PORT before each line
 * Params: active: connections
 */
export const nginxStatus: Check<Servers, Params> = {
  section: "nginx_status",
  params: { active: NEVER },
  comparesWithPrevious: true,

  parse(rows) {
    const servers = new Map<string, Server>();
    for (const [address = "", port = "", ...words] of rows) {
      const facts = readLine(words);
      const key = `${address}:${port}`;
      if (facts) servers.set(key, { address, port, ...servers.get(key), ...facts });
    }
    return servers.size === 0 ? undefined : servers;
  },

  metrics: [
    each(
      (servers: Servers) => servers.values(),
      { address: ({ address }) => address, port: ({ port }) => port },
      [
        gauge(
          "roundsman_nginx_connections_active",
          "Connections that are open.",
          ({ active }) => active,
        ),
        gauge(
          "roundsman_nginx_connections_reading",
          "Connections whose request is being read.",
          (one) => one.reading,
        ),
        gauge(
          "roundsman_nginx_connections_writing",
          "Connections that are being answered.",
          (one) => one.writing,
        ),
        gauge(
          "roundsman_nginx_connections_waiting",
          "Connections that are idle.",
          ({ waiting }) => waiting,
        ),
        counter(
          "roundsman_nginx_connections_accepted_total",
          "Connections that were taken.",
          ({ accepted }) => accepted,
        ),
        counter(
          "roundsman_nginx_connections_handled_total",
          "Connections for which there was room.",
          ({ handled }) => handled,
        ),
        counter(
          "roundsman_nginx_http_requests_total",
          "Requests that came.",
          ({ requests }) => requests,
        ),
      ],
    ),
  ],

  *evaluate(servers, { params, at, previous }) {
    const seconds = at - (previous?.at ?? at);
    for (const [item, server] of servers)
      yield conclude(
        `Nginx ${item} Status`,
        [...connections(server, params), ...work(server, previous?.data.get(item), seconds)],
        item,
      );
  },
};

function readLine(words: readonly string[]): Partial<Server> | undefined {
  if (words[0] === "Active") return { active: integer(words[2]) };
  if (words[0] === "Reading:")
    return { reading: integer(words[1]), writing: integer(words[3]), waiting: integer(words[5]) };
  const [accepted, handled, requests] = words.map(integer);
  if (words.length < 3 || accepted === undefined || requests === undefined) return undefined;
  return { accepted, handled, requests };
}

function connections(server: Server, params: Params): Finding[] {
  const { active, reading, writing, waiting } = server;
  const state = (name: string, value: number | undefined): Finding[] =>
    found(name, { name, value, min: 0 });
  return [
    ...found("Active", { name: "active", value: active, levels: { upper: params.active }, min: 0 }),
    ...[
      ...state("reading", reading),
      ...state("writing", writing),
      ...state("waiting", waiting),
    ].map((finding) => quietly(finding)),
  ];
}

function work(now: Server, before: Server | undefined, seconds: number): Finding[] {
  const flow = (label: string, name: "requests" | "accepted" | "handled"): Finding[] =>
    found(
      label,
      { name: `${name}_per_sec`, value: rate(now[name], before?.[name], seconds), min: 0 },
      (value) => `${number(value)}/s`,
    );
  const { requests, handled } = now;
  const perConnection = requests !== undefined && handled ? requests / handled : undefined;
  return [
    ...flow("Requests", "requests"),
    ...found(
      "Requests per connection",
      { name: "requests_per_conn", value: perConnection, min: 0 },
      number,
    ),
    ...[...flow("Accepted", "accepted"), ...flow("Handled", "handled")].map((finding) => ({
      ...finding,
      quiet: true,
    })),
  ];
}
