import { z } from "zod";
import { type Address, formatAddress, parseAddress } from "../address.ts";
import { agentService } from "../agent_service.ts";
import { DEFAULTS } from "../config/defaults.ts";
import { CONTENT_TYPE, exposition } from "../exposition.ts";
import type { PollOne } from "../flights.ts";
import { pollBlocks } from "../host_metrics.ts";
import { ProcessLost } from "../processes/protocol.ts";
import { type Block, withoutInstance } from "../render.ts";
import { bundle, Services } from "../services.ts";
import type { Failure, Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { quoted, Refusal } from "./refusal.ts";
import { type Route, route } from "./route.ts";
import type { View } from "./server.ts";
import { sendStream } from "./stream.ts";

/** How hosts are polled because somebody asks for them. */
export interface Prober {
  /** Of a host: joins a poll that is under way. */
  readonly poll: PollOne;
  /** A host that no config knows; absent where such hosts are none of ours. */
  readonly unlisted?: ((address: Address) => Host) | undefined;
}

/** What it takes to send the answer: by then whoever asks has to have it. */
const ANSWER_SECONDS = 0.5;

const parameters = {
  target: z
    .string({ error: "is missing: which host?" })
    .meta({ description: "a host by its name, or by ADDRESS:PORT" }),
  strict: z
    .enum(["0", "1"], { error: "must be 0 or 1" })
    .default("0")
    .meta({ description: "1: a poll that fails is answered with 502" }),
};

export const PROBE = "/probe";

/** `/probe`: one host, polled now, as exporters of many targets have it. */
export const probeRoutes = (view: View): Route[] => [
  route({
    method: "GET",
    path: PROBE,
    summary:
      "Polls one host now and gives its metrics without the label instance; a poll that is under way " +
      "is joined. X-Prometheus-Scrape-Timeout-Seconds, less half a second, is the deadline.",
    query: parameters,
    answers: {
      200: { description: "Metrics; roundsman_up is 0 where no report came.", type: CONTENT_TYPE },
      502: { description: "The poll failed, and strict=1 was asked for." },
    },
    answer: async ({ query: { target, strict }, request, reply }) => {
      const { prober } = view;
      if (!prober) throw new Refusal(404, "nothing is probed here");
      const host = hostAt(target, view, prober);
      const seconds = deadlineOf(request.headers["x-prometheus-scrape-timeout-seconds"]);
      // The answer may take longer than a connection may be silent otherwise.
      request.raw.socket.setTimeout(0);
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const found = await probed(host, view, prober, { seconds, gone: gone.signal });
      if (strict === "1" && !found.up) {
        const { reason = "timeout", message = "" } = found.failure ?? {};
        throw new Refusal(502, `${reason}: ${message}`);
      }
      const chunks = exposition([withoutHost(found)], view.families);
      return sendStream(request, reply, CONTENT_TYPE, chunks);
    },
  }),
];

function hostAt(target: string, view: View, { unlisted }: Prober): Host {
  const address = parseAddress(target, DEFAULTS.port);
  const at = address && formatAddress(address);
  const configured = view.hosts().filter(({ guestOf }) => guestOf === undefined);
  const host =
    configured.find(({ name }) => name === target) ??
    configured.find((one) => formatAddress({ host: one.address, port: one.port }) === at) ??
    (address && address.port > 0 ? unlisted?.(address) : undefined);
  if (host) return host;
  const which = unlisted ? "neither a host of the config nor ADDRESS[:PORT]" : "no configured host";
  throw new Refusal(400, `target=${quoted(target)}: is ${which}`);
}

/** Seconds that Prometheus leaves us; absent where it does not say. */
function deadlineOf(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = typeof header === "string" && /^\d{1,6}(\.\d{1,9})?$/.test(header) ? +header : 0;
  if (seconds === 0)
    throw new Refusal(400, "X-Prometheus-Scrape-Timeout-Seconds must be a number of seconds");
  return Math.max(seconds - ANSWER_SECONDS, seconds / 2);
}

/** What the poll gives, or that it was not over in time. */
async function probed(
  host: Host,
  view: View,
  { poll }: Prober,
  { seconds, gone }: { readonly seconds: number | undefined; readonly gone: AbortSignal },
): Promise<Snapshot> {
  const began = performance.now();
  const late = new AbortController();
  const timer = seconds && setTimeout(() => late.abort(), seconds * 1000);
  try {
    return await poll(host, AbortSignal.any([gone, late.signal]));
  } catch (error) {
    if (gone.aborted) throw new Refusal(499, "whoever asked has left");
    if (!late.signal.aborted) throw interrupted(error);
    const message = `${host.name}: no report within the ${String(seconds)} s of the scrape`;
    if (seconds === undefined) throw error;
    return overdue(host, view.snapshots.get(host.name), {
      seconds: (performance.now() - began) / 1000,
      failure: { reason: "timeout", message },
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Why a poll was not brought to its end; what broke stays as it is. */
function interrupted(error: unknown): unknown {
  const isStopped = (error as Error).name === "AbortError";
  const why = error instanceof ProcessLost ? error.message : isStopped && "the poller ends";
  return why ? new Refusal(503, why, { "retry-after": "5" }) : error;
}

/** A host of which nothing came in time; nobody but who asked is told. */
function overdue(
  host: Host,
  last: Snapshot | undefined,
  poll: { readonly seconds: number; readonly failure: Failure },
): Snapshot {
  const at = Date.now() / 1000;
  return {
    ...{ host, at, up: false, missed: 1, ...poll, errors: last?.errors ?? {} },
    services: new Services([
      bundle("agent", [agentService(undefined, poll.failure, undefined, at)]),
    ]),
    lastSuccess: last?.lastSuccess,
    blocks: [],
  };
}

/** The metrics of a poll that is no older than asked for, and not of which host they are. */
function withoutHost(snapshot: Snapshot): Snapshot {
  const { host, up, outcome } = snapshot;
  const anonymous = (blocks: readonly Block[]): Block[] =>
    blocks.map((block) => withoutInstance(block, host.name));
  if (up && outcome)
    return {
      ...snapshot,
      blocks: anonymous(snapshot.blocks),
      outcome: { ...outcome, blocks: anonymous(outcome.blocks) },
    };
  // What else is known of a host that is down came with an earlier report.
  const services = new Services(snapshot.services.bundles.slice(0, 1));
  const blocks = anonymous(pollBlocks(snapshot, services));
  return { ...snapshot, services, blocks, outcome: undefined };
}
