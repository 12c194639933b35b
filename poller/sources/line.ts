import type { LookupAddress } from "node:dns";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
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
import type { Progress } from "./progress.ts";
import { Fault } from "./source.ts";

/** Read at once from who has no slot. */
const LITTLE_BYTES = 2 * 1024;

// Every read of every socket lands here and is copied out before the next one.
const buffer = Buffer.allocUnsafeSlow(64 * 1024);
const littleBuffer = buffer.subarray(0, LITTLE_BYTES);

/** Of the names in a certificate. */
const MAX_SHOWN = 200;

/** An address that keeps silent is given up for the next for so long, and so much of the timeout. */
const ATTEMPT_MILLISECONDS = 500;
const ATTEMPT_SHARE = 0.25;

/** Who is told what a line brings. */
export interface Listener {
  /** Whether little is to be read at once. */
  sips(): boolean;
  /** Takes bytes that are about to be overwritten; false to read no further for now. */
  take(bytes: Buffer): boolean;
  /** All has come. */
  end(): void;
  fail(error: Error): void;
  /** All addresses of a name. */
  lookUp(name: string): Promise<readonly LookupAddress[]>;
  /** Which of them it was. */
  reached(name: string, address: () => string | undefined): void;
}

/** A connection to an agent, in the clear and then, where it is wanted, within TLS. */
export class Line {
  readonly #host: Host;
  readonly #listener: Listener;
  readonly #progress: Progress;
  readonly #plain: Socket;
  #secure: TLSSocket | undefined;

  constructor(host: Host, listener: Listener, progress: Progress) {
    this.#host = host;
    this.#listener = listener;
    this.#progress = progress;
    this.#plain = connect({
      host: host.address,
      port: host.port,
      lookup: this.#lookUp,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.min(
        ATTEMPT_MILLISECONDS,
        Math.ceil(host.timeoutSeconds * ATTEMPT_SHARE * 1000),
      ),
      allowHalfOpen: true,
      onread: {
        buffer: () => (listener.sips() ? littleBuffer : buffer),
        callback: (count) => listener.take(buffer.subarray(0, count)),
      },
    })
      .on("connect", () => this.#connected())
      .on("end", () => this.#verifyEnd(this.#plain))
      .on("error", (error) => listener.fail(telling(error)));
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
    this.#progress.upgraded = true;
    this.#secure = secure
      .on("secureConnect", () => (this.#progress.securedAt = performance.now()))
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

  /** What `connect` does with a name; an address it takes as it is. */
  readonly #lookUp: LookupFunction = (name, _, found) => {
    this.#progress.named = true;
    this.#listener.lookUp(name).then(
      (addresses) => {
        this.#progress.resolvedAt = performance.now();
        found(null, [...addresses]);
      },
      (error: unknown) => found(error as Error, []),
    );
  };

  #connected(): void {
    this.#progress.connectedAt = performance.now();
    if (this.#progress.named)
      this.#listener.reached(this.#host.address, () => this.#plain.remoteAddress);
  }

  /** libuv takes a reset that follows the last bytes for an end; writing, if only nothing, tells. */
  #verifyEnd(socket: Socket): void {
    if (socket === this.#plain && this.#secure) return;
    if (socket.destroyed) return;
    this.#plain.write("", (error) => {
      // A stream that ends within its callback makes an error, and a trace, for whoever else waits.
      if (!error) queueMicrotask(() => this.#listener.end());
    });
  }
}

/** Where no way leads to an address, such as to those of a family that is not in use here. */
const NO_WAY: ReadonlySet<string | undefined> = new Set(
  "ENETUNREACH EHOSTUNREACH EADDRNOTAVAIL EAFNOSUPPORT EINVAL".split(" "),
);

/** Of what went wrong with several addresses, that of the last one to which there is a way. */
function telling(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const errors = error.errors as readonly NodeJS.ErrnoException[];
  return errors.findLast(({ code }) => !NO_WAY.has(code)) ?? errors[0] ?? error;
}

/** Whom a host's certificate must be for, unless the config says so. */
const nameOf = ({ name, address }: Host): string => (isHost(name) ? name : address);

function strange({ subject, subjectaltname }: PeerCertificate, wanted: string): Fault {
  // A certificate may be without any of it, whatever the types say.
  const { CN = "nobody" } = (subject as Partial<PeerCertificate>["subject"]) ?? {};
  const names = printable(subjectaltname ?? String(CN)).slice(0, MAX_SHOWN);
  return new Fault("tls", `its certificate is not for ${wanted}, but for ${names}`);
}
