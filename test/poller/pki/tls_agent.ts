import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import {
  connect as connectTls,
  type ConnectionOptions,
  createServer as createTlsServer,
} from "node:tls";
import { onTestFinished } from "vitest";
import { frame, TLS_UPGRADE, unframe } from "../../../wire/tls.ts";

export const REPORT = "<<<check_mk>>>\nVersion: 1.0\nAgentOS: linux\n";

/** PEM. */
export interface Credentials {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * An agent on loopback, until the test ends, that gives REPORT to pollers whom its authority knows.
 * The handshake is left to a `tls.Server`: a bare TLSSocket would take any client's certificate.
 */
export async function startAgent(credentials: Credentials): Promise<number> {
  const bytes = await frame(Buffer.from(REPORT), { compress: true });
  const tls = createTlsServer(
    { ...credentials, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" },
    (secure) => {
      secure.on("error", () => undefined);
      secure.end(bytes);
    },
  );
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write(TLS_UPGRADE);
    tls.emit("connection", socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What a poller gets, by which protocol; rejects where one of the two does not trust the other. */
export async function poll(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "readable");
  const upgrade = String(socket.read(TLS_UPGRADE.length));
  if (upgrade !== TLS_UPGRADE) throw new Error(`not TLS: ${upgrade}`);
  const secure = connectTls({ socket, ...options });
  await once(secure, "secureConnect");
  const protocol = String(secure.getProtocol());
  const chunks: Buffer[] = [];
  for await (const chunk of secure) chunks.push(chunk as Buffer);
  const report = await unframe(Buffer.concat(chunks), { maxBytes: 1024 * 1024 });
  return `${protocol} ${report.toString()}`;
}
