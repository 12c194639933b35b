import { z } from "zod";
import { formatDuration } from "../units.ts";
import { placeOf } from "../sources/failures.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { addressOf, JSON_TYPE } from "./hosts_api.ts";
import { said } from "./host_state.ts";
import { printableJson } from "../printable.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";
import { inChunks, sendStream } from "./stream.ts";

const labels = z.record(z.string(), z.string());
const HEALTH = ["up", "down", "unknown"] as const;
const STATES = ["active", "dropped", "any"] as const;

const target = z.strictObject({
  discoveredLabels: labels,
  labels,
  scrapePool: z.string(),
  scrapeUrl: z.string(),
  globalUrl: z.string(),
  lastError: z.string(),
  lastScrape: z.string().meta({ description: "RFC 3339; 0001-01-01 where there was none" }),
  lastScrapeDuration: z.number(),
  health: z.enum(HEALTH),
  scrapeInterval: z.string(),
  scrapeTimeout: z.string(),
});

/** What Prometheus' own `/api/v1/targets` gives. */
export const targetList = z.strictObject({
  status: z.literal("success"),
  data: z.strictObject({
    activeTargets: z.array(target),
    droppedTargets: z.array(z.never()),
    droppedTargetCounts: z.record(z.string(), z.int()),
  }),
});

/** Groups as service discovery over HTTP has them. */
export const groupList = z.array(z.strictObject({ targets: z.array(z.string()), labels }));

/** `/api/v1/targets` and `/sd`: the hosts that are polled, as others know such lists. */
export const targetsRoutes = (view: View): Route[] => [
  route({
    method: "GET",
    path: "/api/v1/targets",
    summary: "The hosts that are polled, in the shape of Prometheus' list of targets.",
    query: {
      state: z
        .enum(STATES, { error: `must be one of ${STATES.join(", ")}` })
        .default("any")
        .meta({ description: "which targets; none is ever dropped" }),
    },
    answers: { 200: { description: "Targets.", type: JSON_TYPE, schema: targetList } },
    answer: ({ query: { state }, request, reply }) =>
      sendStream(request, reply, JSON_TYPE, inChunks(targets(view, state !== "dropped"))),
  }),
  route({
    method: "GET",
    path: "/sd",
    summary: "The hosts that are polled, for http_sd_configs; __name is a host's name.",
    query: {},
    answers: { 200: { description: "Groups.", type: JSON_TYPE, schema: groupList } },
    answer: ({ request, reply }) => sendStream(request, reply, JSON_TYPE, inChunks(groups(view))),
  }),
];

const polled = (view: View): readonly Host[] =>
  view.hosts().filter(({ guestOf }) => guestOf === undefined);

function* targets(view: View, active: boolean): Generator<string> {
  yield '{"status":"success","data":{"activeTargets":[';
  for (const [i, host] of (active ? polled(view) : []).entries()) {
    const one = targetOf(host, view.snapshots.get(host.name));
    yield `${i === 0 ? "" : ",\n"}${printableJson(one)}`;
  }
  yield '],"droppedTargets":[],"droppedTargetCounts":{}}}\n';
}

/** As Go writes the moment that is none. */
const NEVER = "0001-01-01T00:00:00Z";

const targetOf = (host: Host, snapshot: Snapshot | undefined): z.output<typeof target> => ({
  discoveredLabels: {
    __address__: addressOf(host) ?? host.name,
    __scrape_interval__: formatDuration(host.intervalSeconds),
    __scrape_timeout__: formatDuration(host.timeoutSeconds),
    job: "node",
    ...host.labels,
  },
  labels: { ...host.labels, instance: host.name, job: "node" },
  scrapePool: "node",
  scrapeUrl: urlOf(host),
  globalUrl: urlOf(host),
  lastError: snapshot?.failure ? said(snapshot.failure.message, host) : "",
  lastScrape: snapshot ? new Date((snapshot.at - snapshot.seconds) * 1000).toISOString() : NEVER,
  lastScrapeDuration: snapshot?.seconds ?? 0,
  health: HEALTH[!snapshot ? 2 : snapshot.up ? 0 : 1],
  scrapeInterval: formatDuration(host.intervalSeconds),
  scrapeTimeout: formatDuration(host.timeoutSeconds),
});

function urlOf(host: Host): string {
  if (host.file) return `file://${encodeURI(placeOf(host))}`;
  // The words of a program may hold secrets.
  return host.program ? "program:" : `tcp://${placeOf(host)}`;
}

function* groups(view: View): Generator<string> {
  yield "[";
  for (const [i, host] of polled(view).entries()) {
    const { name, tags, labels: own } = host;
    const labels = { ...own, __name: name, ...(tags.length > 0 && { __tags: tags.join(",") }) };
    const group = { targets: [addressOf(host) ?? name], labels };
    yield `${i === 0 ? "" : ",\n"}${printableJson(group)}`;
  }
  yield "]\n";
}
