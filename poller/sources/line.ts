import { connect, isIP, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { isHost } from "../address.ts";
import { printable } from "../printable.ts";
import type { Host } from "../targets/host.ts";
import { Fault } from "./source.ts";

/** Read at once from who has no slot. */
const LITTLE_BYTES = 4 * 1024;

// Every read of every socket lands here and is copied out before the next one.
const buffer = Buffer.allocUnsafeSlow(64 * 1024);
const littleBuffer = buffer.subarray(0, LITTLE_BYTES);

const MAX_NAMES = 200;

/** Who is told what a line brings. */
export interface Listener {
  /** Whether little is to be read at once. */
  sips(): boolean;
  /** Takes bytes that are about to be overwritten; false to read no further for now. */
  take(bytes: Buffer): boolean;
  /** All has come. */
  end(): void;
  fail(error: Error): void;
}

/** A connection to an agent, in the clear and then, where it is wanted, within TLS. */
export class Line {
  /** Milliseconds of the monotonic clock. */
  connectedAt: number | undefined;
  /** When hands were shaken. */
  securedAt: number | undefined;
  readonly #host: Host;
  readonly #listener: Listener;
  readonly #plain: Socket;
  #secure: TLSSocket | undefined;

  constructor(host: Host, listener: Listener) {
    this.#host = host;
    this.#listener = listener;
    this.#plain = connect({
      host: host.address,
      port: host.port,
      autoSelectFamily: true,
      allowHalfOpen: true,
      onread: {
        buffer: () => (listener.sips() ? littleBuffer : buffer),
        callback: (count) => listener.take(buffer.subarray(0, count)),
      },
    })
      .on("connect", () => (this.connectedAt = performance.now()))
      .on("end", () => this.#verifyEnd(this.#plain))
      .on("error", (error) => listener.fail(error));
  }

  /** Whether the agent was asked to shake hands. */
  get upgraded(): boolean {
    return this.#secure !== undefined;
  }

  /**
   * Shakes hands with the agent as the server. From then on it brings what comes within TLS. To be
   * called when nothing is being read.
   */
  upgrade(secureContext: SecureContext): void {
    const name = nameOf(this.#host);
    const { serverName = name } = this.#host;
    const secure = connectTls({
      socket: this.#plain,
      secureContext,
      // An address is no name that one can ask for.
      servername: isIP(serverName) ? "" : serverName,
      checkServerIdentity: (_, certificate) =>
        checkServerIdentity(serverName, certificate) && strange(certificate, serverName),
    });
    this.#secure = secure
      .on("secureConnect", () => (this.securedAt = performance.now()))
      .on("data", (bytes: Buffer) => {
        if (!this.#listener.take(bytes)) secure.pause();
      })
      .on("end", () => this.#verifyEnd(secure))
      .on("error", (error: Error) => this.#listener.fail(error))
      .on("close", () => this.#listener.fail(new Fault("reset", "connection broken")));
  }

  resume(): void {
    (this.#secure ?? this.#plain).resume();
  }

  close(): void {
    this.#secure?.destroy();
    this.#plain.destroy();
  }

  /** libuv takes a reset that follows the last bytes for an end; writing, if only nothing, tells. */
  #verifyEnd(socket: Socket): void {
    if (socket === this.#plain && this.#secure) return;
    if (socket.destroyed) return;
    this.#plain.write("", (error) => {
      if (!error) this.#listener.end();
    });
  }
}

/** Whom a host's certificate must be for, unless the config says so. */
const nameOf = ({ name, address }: Host): string => (isHost(name) ? name : address);

function strange({ subject, subjectaltname }: PeerCertificate, wanted: string): Fault {
  // A certificate may be without any of it, whatever the types say.
  const { CN = "nobody" } = (subject as Partial<PeerCertificate>["subject"]) ?? {};
  const names = printable(subjectaltname ?? String(CN)).slice(0, MAX_NAMES);
  return new Fault("tls", `its certificate is not for ${wanted}, but for ${names}`);
}
