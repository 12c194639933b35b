import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Tls } from "./web_config.ts";

/** What connections are held to; times in milliseconds. */
export interface ConnectionLimits {
  readonly connections: number;
  readonly headerBytes: number;
  /** Until hands are shaken. */
  readonly handshake: number;
  /** Until a request is there, from its first byte or from when the connection stood. */
  readonly request: number;
  /** Without a byte in either direction. */
  readonly idle: number;
}

/** Certificates that can be replaced while there are connections. */
interface Listener {
  readonly listen: (handler: RequestListener) => Server;
  /** For connections that begin from now on. Throws, and changes nothing, where they cannot be used. */
  readonly renew: (tls: Tls) => void;
}

/** Servers that hold their connections to limits, with TLS or without. */
export function listener(limits: ConnectionLimits, tls: Tls | undefined): Listener {
  const secure: TlsServer[] = [];
  let current = tls;
  const options = {
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: limits.request / 2,
    requestTimeout: limits.request,
    headersTimeout: limits.request,
  };
  const bounded = <Any extends Server>(server: Any): Any => {
    server.maxConnections = limits.connections;
    server.setTimeout(limits.idle);
    return server;
  };
  return {
    listen(handler) {
      if (!current) return bounded(createServer(options, handler));
      const server = createTlsServer(
        {
          ...options,
          ...contextOf(current),
          ...asking(current),
          handshakeTimeout: limits.handshake,
        },
        handler,
      );
      server.on("secureConnection", (socket) => {
        if (current && !isWelcome(socket, current)) socket.destroy();
      });
      secure.push(server);
      return bounded(server);
    },
    renew(tls) {
      assertUsable(tls);
      current = tls;
      for (const server of secure) {
        server.setSecureContext(contextOf(tls));
        // Read whenever somebody connects.
        Object.assign(server, asking(tls));
      }
    },
  };
}

/** Throws where OpenSSL does not take certificates and keys. */
export function assertUsable(tls: Tls): void {
  createTlsServer(contextOf(tls)).close();
}

const contextOf = ({ cert, key, clientCa, minVersion, maxVersion }: Tls) => ({
  ...{ cert, key, minVersion, maxVersion },
  ...(clientCa && { ca: clientCa }),
});

const asking = ({ clients }: Tls) => ({
  requestCert: clients !== "NoClientCert",
  rejectUnauthorized: clients === "RequireAndVerifyClientCert",
});

/** A connection whose hands are shaken. */
interface Shaken {
  readonly authorized: boolean;
  getPeerCertificate(): object;
}

function isWelcome(socket: Shaken, { clients }: Tls): boolean {
  const shown = (): boolean => Object.keys(socket.getPeerCertificate()).length > 0;
  switch (clients) {
    case "RequireAnyClientCert":
      return shown();
    case "VerifyClientCertIfGiven":
      return socket.authorized || !shown();
    case "RequireAndVerifyClientCert":
      return socket.authorized;
    default:
      return true;
  }
}
