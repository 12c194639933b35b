import { fastify, type FastifyInstance } from "fastify";
import type { Families } from "../render.ts";
import type { SelfMetrics } from "../self.ts";
import type { Snapshots } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { serveHealth } from "./health.ts";
import { landing } from "./landing.ts";
import { serveMetrics } from "./metrics.ts";
import { STYLE_SOURCE } from "./style.ts";

/** What the server shows. */
export interface View {
  readonly snapshots: Snapshots;
  /** Families of the snapshots' reports. */
  readonly families: Families;
  readonly self: SelfMetrics;
  /** Hosts that are polled. */
  hosts(): readonly Host[];
  /** Told of a request that failed through no fault of its own. */
  onDefect(error: unknown): void;
}

const LIMITS = {
  connections: 256,
  headerBytes: 8 * 1024,
  /** Nothing here is meant to be sent to. */
  bodyBytes: 1024,
  /** Milliseconds until a request's head must be there. */
  request: 10_000,
  /** Milliseconds without a byte in either direction: a client that does not read is dropped. */
  idle: 30_000,
} as const;

const HEADERS = {
  "content-security-policy": `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** The poller's HTTP server, not listening yet. */
export function httpServer(view: View): FastifyInstance {
  const server = fastify({
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: LIMITS.request,
    connectionTimeout: LIMITS.idle,
    http: {
      maxHeaderSize: LIMITS.headerBytes,
      connectionsCheckingInterval: LIMITS.request / 2,
    },
    forceCloseConnections: "idle",
    frameworkErrors: ({ message }, _, { raw }) => {
      raw.writeHead(400, { ...HEADERS, "content-type": "text/plain" }).end(`${message}\n`);
    },
  });
  server.server.maxConnections = LIMITS.connections;
  const answering = new WeakSet<object>();
  server.addHook("onRequest", ({ raw: { socket } }, reply, done) => {
    // Node would work on all requests that are sent ahead of their answers at once.
    if (answering.has(socket)) {
      socket.destroy();
      return;
    }
    answering.add(socket);
    reply.raw.once("close", () => answering.delete(socket));
    void reply.headers(HEADERS);
    done();
  });
  server.setNotFoundHandler((_, reply) => reply.code(404).type("text/plain").send("not found\n"));
  server.setErrorHandler<Error & { statusCode?: number }>((error, _, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500) view.onDefect(error);
    const text = code < 500 ? error.message : "internal error";
    return reply.code(code).type("text/plain").send(`${text}\n`);
  });
  server.get("/", (_, reply) => {
    const latest = (name: string) => view.snapshots.get(name);
    return reply
      .type("text/html; charset=utf-8")
      .send(landing(view.hosts(), latest, Date.now() / 1000));
  });
  serveHealth(server, view);
  serveMetrics(server, view);
  return server;
}
