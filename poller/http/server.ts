import { fastify, type FastifyInstance } from "fastify";
import type { Check } from "../judge/check.ts";
import { printable } from "../printable.ts";
import type { Families } from "../families.ts";
import type { SelfMetrics } from "../self.ts";
import type { Snapshots } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { configRoutes } from "./config_shown.ts";
import { guard, type RequestLimits } from "./guard.ts";
import { healthRoutes } from "./health.ts";
import { hostsRoutes } from "./hosts_api.ts";
import { type ConnectionLimits, listener } from "./listener.ts";
import { metricsRoutes } from "./metrics.ts";
import { openApiRoutes } from "./openapi.ts";
import { pageRoutes } from "./pages.ts";
import { type Prober, probeRoutes } from "./probe.ts";
import { Refusal } from "./refusal.ts";
import { type Reloaded, reloadRoutes } from "./reload.ts";
import { addRoute } from "./route.ts";
import { STYLE_SOURCE } from "./style.ts";
import { targetsRoutes } from "./targets_api.ts";
import type { WebFiles } from "./web_files.ts";

/** What the server shows. */
export interface View {
  readonly snapshots: Snapshots;
  /** Checks by whose sections metrics can be asked for. */
  readonly catalogue: readonly Check[];
  /** Families of the snapshots' reports. */
  readonly families: Families;
  readonly self: SelfMetrics;
  /** Absent: nothing is polled because somebody asks. */
  readonly prober?: Prober | undefined;
  /** Hosts that are polled, and those they speak for. */
  hosts(): readonly Host[];
  /** The config as it was read, in YAML; `undefined` where there is none. */
  config?(): string | undefined;
  /** Reads the config again. */
  reload?(): Promise<Reloaded>;
  /** Told of a request that failed through no fault of its own. */
  onDefect(error: unknown): void;
}

export interface ServerOptions {
  /** How it is protected; absent: neither TLS nor logins. */
  readonly web?: WebFiles | undefined;
  readonly limits?: Partial<Limits>;
}

type Limits = ConnectionLimits & RequestLimits;

const LIMITS: Limits & { readonly bodyBytes: number } = {
  connections: 2304,
  headerBytes: 8 * 1024,
  /** Nothing here is meant to be sent to. */
  bodyBytes: 1024,
  handshake: 10_000,
  request: 10_000,
  idle: 30_000,
  requests: 40,
  probes: 2048,
  answer: 60_000,
};

/** Characters of a name in a path, as it is encoded. */
const MAX_NAME = 4096;

const HEADERS = {
  "content-security-policy": `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** The poller's HTTP server, not listening yet. */
export function httpServer(view: View, { web, limits: own }: ServerOptions = {}): FastifyInstance {
  const limits = { ...LIMITS, ...own };
  const headers = () => ({ ...HEADERS, ...web?.current.headers });
  const { listen, renew } = listener(limits, web?.current.tls);
  web?.onChange(({ tls }) => {
    if (!tls !== !web.current.tls)
      throw new Error("tls_server_config cannot come or go while the server runs");
    if (tls) renew(tls);
  });
  const server = fastify({
    bodyLimit: limits.bodyBytes,
    serverFactory: (handler) => listen(handler),
    routerOptions: { maxParamLength: MAX_NAME },
    forceCloseConnections: "idle",
    frameworkErrors: ({ message }, _, { raw }) => {
      raw.writeHead(400, { ...headers(), "content-type": "text/plain" }).end(`${message}\n`);
    },
  });
  server.addHook("onClose", () => web?.close());
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_, __, done) => done(null));
  guard(server, { limits, headers, users: () => web?.current.users ?? NOBODY });
  server.setNotFoundHandler((_, reply) => reply.code(404).type("text/plain").send("not found\n"));
  server.setErrorHandler<Error & { statusCode?: number }>((error, _, reply) => {
    const isMeant = error instanceof Refusal;
    const code = error.statusCode ?? 500;
    if (code >= 500 && !isMeant) view.onDefect(error);
    if (isMeant) void reply.headers(error.headers);
    const text = code < 500 || isMeant ? error.message : "internal error";
    return reply
      .code(code)
      .type("text/plain; charset=utf-8")
      .send(`${printable(text)}\n`);
  });
  const routes = [
    ...[...metricsRoutes(view), ...probeRoutes(view), ...hostsRoutes(view), ...targetsRoutes(view)],
    ...[...configRoutes(view), ...healthRoutes(view), ...reloadRoutes(view), ...pageRoutes(view)],
  ];
  for (const one of [...routes, ...openApiRoutes(routes)]) addRoute(server, one);
  server.get("/-/reload", () => {
    throw new Refusal(405, "ask with POST or PUT", { allow: "POST, PUT" });
  });
  return server;
}

const NOBODY: ReadonlyMap<string, string> = new Map();
