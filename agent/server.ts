/** Port 6556: whoever may and connects gets the report as it is ready, and nothing is done for him. */
import { createServer, type Server, type Socket } from "node:net";
import { plainAddress, type AllowList } from "./allow.ts";
import { Complaints } from "./complaints.ts";
import { pack, type Outgoing } from "./outgoing.ts";
import type { Place } from "./place.ts";
import type { Report } from "./report.ts";
import type { Sealer } from "./sealer.ts";
import type { TlsDoor } from "./tls.ts";
import { listenAt } from "./unix_socket.ts";

/** A client has to take the whole report within this time. */
const DROP_AFTER_SECONDS = 20;
const SWEEP_SECONDS = 1;
/** What clients send is ignored; one that sends more than this is dropped. */
const MAX_SENT_BYTES = 64 * 1024;
const BACKLOG = 4096;

/** Stands for the path of a unix socket that we did not make. */
const INHERITED = "inherited";

/** A place to listen at, or a socket that somebody opened for us. */
export type Endpoint = Place | { readonly fd: number };

export interface ServerOptions {
  /** Called for every client that is let in. */
  readonly polled?: () => void;
  /** Absent: everybody may. Who comes over a unix socket is of this host, and always may. */
  readonly allow?: AllowList | undefined;
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  readonly dropAfterSeconds?: number;
  /** Absent: reports travel in the clear. */
  readonly sealer?: Sealer | undefined;
  /** Absent: no TLS. Unix sockets never have it. */
  readonly tls?: TlsDoor | undefined;
  /** For people, a line at a time. */
  readonly warn: (line: string) => void;
}

interface Visit {
  /** Empty over a unix socket. */
  readonly address: string;
  /** It gets nothing before it has shaken hands. */
  readonly secured: boolean;
  /** What was given, and the stream that it was given to. */
  given: { readonly report: Report; readonly to: Socket } | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly since: number;
}

export class ReportServer {
  readonly #options: ServerOptions;
  readonly #dropAfter: number;
  readonly #servers: Server[] = [];
  readonly #visits = new Map<Socket, Visit>();
  readonly #perAddress = new Map<string, number>();
  readonly #complaints: Complaints;
  #offered = 0;
  #shown = 0;
  /** Absent before the first: clients wait for it. */
  #outgoing: Outgoing | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#dropAfter = (options.dropAfterSeconds ?? DROP_AFTER_SECONDS) * 1000;
    this.#complaints = new Complaints(options.warn);
  }

  /** Starts to listen; gives the address and port, or the path, that it got. */
  async listen(endpoint: Endpoint): Promise<Place> {
    const server = createServer();
    await listen(server, endpoint);
    const got = server.address();
    const isLocal = got === null || typeof got === "string";
    server.on("connection", (socket) => this.#visit(socket, isLocal));
    // Out of descriptors, say: the next connection may be luckier.
    server.on("error", ({ message }) => this.#complaints.about(`cannot accept: ${message}`));
    this.#servers.push(server);
    this.#sweep ??= setInterval(() => this.#drop(), SWEEP_SECONDS * 1000);
    return isLocal ? { path: got ?? INHERITED } : got;
  }

  /** Hands this report to whoever comes from now on, and to those who waited for the first. */
  async offer(report: Report): Promise<void> {
    const turn = ++this.#offered;
    const outgoing = await pack(report, {
      sealer: this.#options.sealer,
      tls: this.#options.tls !== undefined,
    });
    // A longer one may have been overtaken on the way.
    if (turn < this.#shown) return;
    this.#shown = turn;
    const isFirst = this.#outgoing === undefined;
    this.#outgoing = outgoing;
    if (isFirst) for (const [socket, visit] of this.#visits) this.#serve(socket, visit);
  }

  /** Accepts no more, lets those connected go on for so long, and resolves when all are gone. */
  async close(graceSeconds = 2): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((done) => server.close(done)));
    const end = setTimeout(() => {
      for (const socket of this.#visits.keys()) cut(socket);
    }, graceSeconds * 1000);
    await Promise.all(closed);
    clearTimeout(end);
    clearInterval(this.#sweep);
  }

  #visit(socket: Socket, isLocal: boolean): void {
    const { tls, maxConnections, maxPerAddress } = this.#options;
    // A connection that is gone already has no address any more.
    const address = isLocal ? "" : socket.remoteAddress && plainAddress(socket.remoteAddress);
    const already = this.#perAddress.get(address ?? "") ?? 0;
    if (
      address === undefined ||
      this.#visits.size >= maxConnections ||
      (!isLocal && (already >= maxPerAddress || !this.#welcome(address)))
    ) {
      socket.destroy();
      return;
    }
    const secured = !isLocal && tls !== undefined;
    const visit: Visit = { address, secured, given: undefined, since: performance.now() };
    this.#visits.set(socket, visit);
    this.#perAddress.set(address, already + 1);
    socket.on("error", nothing).on("close", this.#leave(socket, visit));
    if (!secured) this.#admit(socket);
    if (this.#outgoing) this.#serve(socket, visit);
  }

  #serve(socket: Socket, visit: Visit): void {
    const outgoing = this.#outgoing;
    if (!outgoing) return;
    const { report, bytes, frame = bytes } = outgoing;
    if (!visit.secured) give(socket, visit, report, bytes);
    else
      this.#options.tls?.receive(socket, (secure) => {
        this.#admit(secure.on("error", nothing));
        give(secure, visit, report, frame);
      });
  }

  #admit(client: Socket): void {
    client.on("data", ignore);
    this.#options.polled?.();
  }

  #leave(socket: Socket, visit: Visit): (failed: boolean) => void {
    return (failed) => {
      const { address, given } = visit;
      this.#visits.delete(socket);
      const others = (this.#perAddress.get(address) ?? 1) - 1;
      if (others === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, others);
      // Taken to the end: all was sent, and then the client closed its side without a complaint.
      if (!failed && given?.to.writableFinished && given.to.readableEnded) given.report.delivered();
    };
  }

  #drop(): void {
    const before = performance.now() - this.#dropAfter;
    for (const [socket, visit] of this.#visits) {
      // They come in the order in which they connected.
      if (visit.since > before) break;
      cut(socket);
    }
  }

  #welcome(address: string): boolean {
    const { allow } = this.#options;
    if (!allow || allow.has(address)) return true;
    this.#complaints.about(`refused ${address}: not in --only-from`);
    return false;
  }
}

async function listen(server: Server, endpoint: Endpoint): Promise<void> {
  if ("path" in endpoint) return listenAt(server, endpoint.path, BACKLOG);
  const options = "fd" in endpoint ? endpoint : { host: endpoint.address, port: endpoint.port };
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen({ ...options, backlog: BACKLOG }, () => {
      server.off("error", fail);
      done();
    });
  });
}

function give(to: Socket, visit: Visit, report: Report, bytes: Buffer): void {
  visit.given = { report, to };
  to.end(bytes);
}

/** So that nobody takes the half that came for the whole. */
const cut = (socket: Socket): void => void socket.resetAndDestroy();

function ignore(this: Socket): void {
  if (this.bytesRead > MAX_SENT_BYTES) this.destroy();
}

/** A client that resets its connection harms nobody else. */
const nothing = (): void => undefined;
