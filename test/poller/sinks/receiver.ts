/** Receivers of remote write, good and bad. */
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { RemoteWrite } from "../../../poller/config/remote_write.ts";
import type { Log } from "../../../poller/sinks/remote_write.ts";
import { received, type ReceivedSample } from "./received.ts";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly samples: readonly ReceivedSample[];
}

/** What it does with the n-th request, counted from 0. */
export type Answering = (response: ServerResponse, request: Received, n: number) => void;

export const taking: Answering = (response) => void response.writeHead(204).end();

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** All requests, whatever came of them. */
  readonly requests: Received[];
  /** Those that it answered with 2xx. */
  readonly taken: ReceivedSample[];
  readonly close: () => Promise<void>;
}

export async function receiver(
  answering: Answering = taking,
  { port = 0, tls }: { readonly port?: number; readonly tls?: ServerOptions } = {},
): Promise<Receiver> {
  const requests: Received[] = [];
  const taken: ReceivedSample[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { headers: request.headers, samples: received(Buffer.concat(chunks)) };
      response.on("finish", () => {
        if (response.statusCode < 300) taken.push(...one.samples);
      });
      answering(response, one, requests.push(one) - 1);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  onTestFinished(() => close());
  const bound = (server.address() as AddressInfo).port;
  const url = `${tls ? "https" : "http"}://127.0.0.1:${bound}/api/v1/write`;
  return { url, port: bound, requests, taken, close };
}

/** How it is written to, unless told otherwise. */
export const writeTo = (url: string, own: Partial<RemoteWrite> = {}): RemoteWrite => ({
  ...{ name: url, url, auth: undefined, headers: {}, tls: undefined, externalLabels: {} },
  ...{ timeoutSeconds: 5, maxBytes: 2 ** 30, maxAgeSeconds: 7200 },
  ...own,
});

/** Keeps what is logged, as text. */
export function logged(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const add = (facts: object, message: string): void => {
    const { err } = facts as { err?: unknown };
    lines.push(`${message} ${JSON.stringify(facts)} ${err instanceof Error ? err.message : ""}`);
  };
  return { lines, info: add, warn: add, error: add };
}
