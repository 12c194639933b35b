import { z } from "zod";
import { formatAddress } from "../address.ts";
import { STATE_NAMES } from "../judge/state.ts";
import { printableJson } from "../printable.ts";
import { Schedule } from "../schedule.ts";
import type { Services } from "../services.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { hostDetails, hostParts } from "./host_details.ts";
import { said, STATES, stateOf } from "./host_state.ts";
import { Refusal } from "./refusal.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";
import { inChunks, sendStream } from "./stream.ts";

export const JSON_TYPE = "application/json; charset=utf-8";

const epoch = z.number().meta({ description: "epoch seconds" });
const count = z.int().min(0);

const summary = {
  name: z.string(),
  state: z.enum(STATES),
  up: z.boolean().optional().meta({ description: "absent: not polled yet" }),
  address: z.string().optional().meta({ description: "absent: not polled over TCP" }),
  labels: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  guestOf: z.string().optional().meta({ description: "the host that speaks for this one" }),
  servicesByState: z.strictObject({ OK: count, WARN: count, CRIT: count, UNKNOWN: count }),
  lastPoll: epoch.optional(),
  lastSuccess: epoch.optional(),
  next: epoch.optional().meta({ description: "epoch seconds; absent: not polled itself" }),
  reason: z.string().optional().meta({ description: "why nothing came, or not all of it" }),
  message: z.string().optional(),
};

/** A host as `/api/v1/hosts` lists it. */
const hostSummary = z.strictObject(summary);

export const hostList = z.strictObject({ hosts: z.array(hostSummary) });
export const hostDocument = z.strictObject({ ...summary, ...hostDetails });

/** `/api/v1/hosts`: every host in short, and each at length. */
export const hostsRoutes = (view: View): Route[] => [
  route({
    method: "GET",
    path: "/api/v1/hosts",
    summary: "All hosts, guests included.",
    query: {},
    answers: { 200: { description: "Hosts.", type: JSON_TYPE, schema: hostList } },
    answer: ({ request, reply }) =>
      sendStream(request, reply, JSON_TYPE, inChunks(list(view, Date.now() / 1000))),
  }),
  route({
    method: "GET",
    path: "/api/v1/hosts/{name}",
    summary: "One host with its services, sections and last polls.",
    names: { name: "the host's name" },
    query: {},
    answers: {
      200: { description: "The host.", type: JSON_TYPE, schema: hostDocument },
      404: { description: "There is no such host." },
    },
    answer: ({ names, request, reply }) => {
      const host = hostNamed(names["name"] ?? "", view);
      const now = Date.now() / 1000;
      const snapshot = view.snapshots.get(host.name);
      const head = printableJson(summaryOf(host, snapshot, now)).slice(0, -1);
      const parts = hostParts(snapshot, view.snapshots.polls(host.name), now);
      return sendStream(request, reply, JSON_TYPE, inChunks(joined(head, parts)));
    },
  }),
];

/** A host by its name. Throws a Refusal where there is none. */
export function hostNamed(name: string, view: View): Host {
  const host = view.hosts().find((one) => one.name === name);
  if (!host) throw new Refusal(404, "there is no such host");
  return host;
}

function* list(view: View, now: number): Generator<string> {
  yield '{"hosts":[';
  for (const [i, host] of view.hosts().entries()) {
    const one = summaryOf(host, view.snapshots.get(host.name), now);
    yield `${i === 0 ? "" : ",\n"}${printableJson(one)}`;
  }
  yield "]}\n";
}

function* joined(head: string, parts: Iterable<string>): Generator<string> {
  yield head;
  yield* parts;
  yield "}\n";
}

function summaryOf(
  host: Host,
  snapshot: Snapshot | undefined,
  now: number,
): z.output<typeof hostSummary> {
  const { up, at, lastSuccess, failure, services } = snapshot ?? {};
  return {
    name: host.name,
    state: stateOf(snapshot),
    up,
    address: addressOf(host),
    labels: host.labels,
    tags: [...host.tags],
    guestOf: host.guestOf,
    servicesByState: counted(services),
    lastPoll: at,
    lastSuccess,
    next: nextPoll(host, now),
    reason: failure?.reason,
    message: failure && said(failure.message, host),
  };
}

/** Where a host is polled over TCP. */
export const addressOf = ({ address, port, guestOf }: Host): string | undefined =>
  address === "" || guestOf !== undefined ? undefined : formatAddress({ host: address, port });

function counted(services: Services | undefined) {
  const counts = { OK: 0, WARN: 0, CRIT: 0, UNKNOWN: 0 };
  for (const state of services?.each() ?? []) counts[STATE_NAMES[state]]++;
  return counts;
}

const nextPoll = (host: Host, now: number): number | undefined =>
  host.guestOf === undefined ? new Schedule([host]).next(now * 1000) / 1000 : undefined;
