/**
 * TLS on the agent's port, as the real agent controller does it: `16` in the clear, then TLS 1.3 on
 * the same socket, with a certificate wanted from the client.
 */
import { constants } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { TLS_UPGRADE } from "../wire/tls.ts";
import { plainAddress } from "./allow.ts";
import { Complaints } from "./complaints.ts";
import { commonName, Identities, PROTOCOL, type Identity, type TlsFiles } from "./identities.ts";
import type { Account } from "./report.ts";

/** Only agents have such a name. */
const UUID = /^CN=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/im;

const DEMANDS = {
  ...PROTOCOL,
  // A session taken up again would not be asked for its certificate.
  secureOptions: constants.SSL_OP_NO_TICKET,
  requestCert: true,
  // The handshake goes on, so that #secured can tell who is refused and why.
  rejectUnauthorized: false,
};

type Admit = (secure: TLSSocket) => void;

export class TlsDoor {
  readonly #identities: Identities;
  readonly #complaints: Complaints;
  readonly #server;
  /** Who waits for a handshake, by both ends of the connection. */
  readonly #waiting = new Map<string, Admit>();
  #shown: Identity | undefined;

  /** Throws when the files cannot be read or do not go together. */
  constructor(files: TlsFiles, warn: (line: string) => void) {
    this.#complaints = new Complaints(warn);
    this.#identities = new Identities(files);
    this.#server = createServer({
      ...DEMANDS,
      SNICallback: (name, done) => done(null, this.#identities.for(name)?.context),
    })
      .on("secureConnection", (secure) => this.#secured(secure))
      .on("tlsClientError", (error, secure) => this.#refuse(secure, error));
    this.#show();
  }

  /** When each certificate ends, and what is wrong with its files. */
  accounts(): readonly Account[] {
    const { all, fault: error } = this.#identities;
    return all.map(({ certificate }) => ({
      certificate: commonName(certificate),
      expires: Date.parse(certificate.validTo) / 1000,
      error,
    }));
  }

  /**
   * Says `16` and shakes hands; `admit` is called for a client that may come in, others are closed.
   * Who does not shake hands at all is left to the caller.
   */
  receive(socket: Socket, admit: Admit): void {
    this.#show();
    const ends = endsOf(socket);
    this.#waiting.set(ends, admit);
    socket.once("close", () => {
      if (this.#waiting.get(ends) === admit) this.#waiting.delete(ends);
    });
    // Two bytes always fit into a socket that nothing was written to.
    socket.write(TLS_UPGRADE);
    this.#server.emit("connection", socket);
  }

  /** Shows the first certificate, as it is now, to whoever asks for none by name. */
  #show(): void {
    const {
      all: [first],
      fault,
    } = this.#identities;
    if (fault !== undefined) this.#complaints.about(fault);
    if (first === this.#shown || !first) return;
    this.#server.setSecureContext({ ...DEMANDS, ...first.pem });
    this.#shown = first;
  }

  #secured(secure: TLSSocket): void {
    const admit = this.#waiting.get(endsOf(secure));
    const certificate = secure.getPeerX509Certificate();
    if (!secure.authorized || !certificate) this.#refuse(secure, secure.authorizationError);
    else if (UUID.test(certificate.subject))
      this.#refuse(secure, "its certificate is an agent's, not a poller's");
    else if (admit) admit(secure);
    else secure.destroy();
  }

  #refuse(secure: TLSSocket, reason: unknown): void {
    const { remoteAddress } = secure;
    // Who has gone again before the handshake is a port scanner, and not worth a line.
    if (remoteAddress !== undefined)
      this.#complaints.about(`no TLS with ${plainAddress(remoteAddress)}: ${inShort(reason)}`);
    secure.destroy();
  }
}

/** Those of no other connection, as long as this one is open. */
const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  [remoteAddress, remotePort, localAddress, localPort].join(" ");

/** `ERR_SSL_HTTP_REQUEST`, `CERT_HAS_EXPIRED`: OpenSSL's own messages name its source files. */
function inShort(reason: unknown): string {
  const code = reason instanceof Error && "code" in reason ? reason.code : reason;
  return String(code);
}
