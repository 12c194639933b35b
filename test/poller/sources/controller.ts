import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createServer, type TlsOptions, type TLSSocket } from "node:tls";
import { deflateSync } from "node:zlib";
import type { PkiFolder } from "../../../poller/pki/folder.ts";
import type { TlsFiles } from "../../../poller/targets/host.ts";
import { frame, TLS_UPGRADE } from "../../../wire/tls.ts";
import { agent, type Agent } from "./agents.ts";

/** The files of a folder that a poller or an agent has. */
export const filesOf = (folder: PkiFolder, name = "poller"): TlsFiles => ({
  ca: folder.certificatePath("ca"),
  cert: folder.certificatePath(name),
  key: folder.keyPath(name),
});

/** The same in PEM. */
export function pemOf(
  folder: PkiFolder,
  name: string,
): Required<Pick<TlsOptions, "ca">> & TlsOptions {
  const { ca, cert, key } = filesOf(folder, name);
  const read = (path: string): string => readFileSync(path, "utf8");
  return { ca: read(ca), cert: read(cert), key: read(key) };
}

/** Stands in for the agent controller: 16, TLS as the server, and whatever `say` does then. */
export async function controller(
  options: TlsOptions,
  say: (secure: TLSSocket, plain: Socket) => void,
): Promise<Agent & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const sockets = new Map<number | undefined, Socket>();
  const server = createServer({ requestCert: true, rejectUnauthorized: true, ...options })
    .on("secureConnection", (secure) => {
      secure.on("error", () => undefined);
      asked.push(String(secure.servername));
      say(secure, sockets.get(secure.remotePort)!);
    })
    .on("tlsClientError", () => undefined);
  const listening = await agent((socket: Socket) => {
    sockets.set(socket.remotePort, socket);
    socket.write(TLS_UPGRADE);
    server.emit("connection", socket);
  });
  return { ...listening, asked };
}

/** Says a report as a controller does: in a frame, compressed. */
export const framed =
  (report: string | Buffer, compress = true) =>
  (secure: TLSSocket): void =>
    void frame(Buffer.from(report), { compress }).then((bytes) => secure.end(bytes));

/** Says bytes as they are. */
export const raw =
  (...bytes: (Buffer | string)[]) =>
  (secure: TLSSocket): void =>
    void secure.end(Buffer.concat(bytes.map((piece) => Buffer.from(piece))));

export const HEAD_ZLIB = Buffer.of(0, 0, 1);
export const HEAD_NONE = Buffer.of(0, 0, 0);

/** A few kilobytes that inflate to so many mebibytes. */
export const bomb = (mebibytes: number): Buffer =>
  Buffer.concat([HEAD_ZLIB, deflateSync(Buffer.alloc(mebibytes * 1024 * 1024, "<"))]);
