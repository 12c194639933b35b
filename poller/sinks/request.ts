/** One request of remote write. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { RemoteWrite, WriteTls } from "../config/remote_write.ts";
import { printable } from "../printable.ts";
import { readRegular } from "../sources/regular_file.ts";
import { Secrets } from "../sources/secrets.ts";
import { Fault } from "../sources/source.ts";
import type { SecretPlace } from "../targets/host.ts";
import { version } from "../version.ts";

const MAX_PEM_BYTES = 1024 * 1024;
/** How long certificates are taken to be as they were. */
const LOOK_AGAIN_SECONDS = 60;

/** What is read of an answer, and what is told of it. */
const MAX_ANSWER_BYTES = 16 * 1024;
const MAX_ANSWER_TOLD = 200;

/** How long a receiver may have us wait. */
const MAX_RETRY_AFTER_SECONDS = 300;

const OURS = {
  "content-encoding": "snappy",
  "content-type": "application/x-protobuf",
  "x-prometheus-remote-write-version": "0.1.0",
  "user-agent": `roundsman-poller/${version}`,
} as const;

/** What came of a request. */
export type Answer =
  | { readonly kind: "taken" }
  /** It may be taken later; after so long at the earliest. */
  | { readonly kind: "later"; readonly reason: string; readonly seconds: number }
  /** It never will be; in smaller portions, some of it might. */
  | { readonly kind: "refused"; readonly reason: string; readonly inPart: boolean };

/** Sends a body. Settles by the receiver's timeout, whatever happens; never rejects. */
export type Post = (body: Buffer, signal: AbortSignal) => Promise<Answer>;

/** How a receiver is spoken to; connections are kept. `close` ends those that are open. */
export function poster(to: RemoteWrite): { readonly post: Post; readonly close: () => void } {
  const secrets = new Secrets();
  const url = new URL(to.url);
  const agents = new Agents(url, to.tls);
  const post = async (body: Buffer, stop: AbortSignal): Promise<Answer> => {
    const ending = new AbortController();
    const { signal } = ending;
    const end = (): void => ending.abort();
    const timer = setTimeout(end, to.timeoutSeconds * 1000);
    stop.addEventListener("abort", end);
    const hidden: string[] = [];
    try {
      const find = async (place: SecretPlace): Promise<string> => {
        const secret = await secrets.passphrase(place);
        hidden.push(secret);
        return secret;
      };
      const own = await headersOf(to, find);
      hidden.push(own["authorization"]?.replace(/^\S+ /, "") ?? "");
      const headers = { ...own, ...OURS, "content-length": body.length };
      const agent = await agents.current();
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const answer = await new Promise<IncomingMessage>((done, fail) => {
        const sent = send(url, { method: "POST", headers, agent, signal }, done);
        sent.on("error", fail).end(body);
      });
      const text = await startOf(answer);
      return judged(answer, without(hidden, printable(text)).slice(0, MAX_ANSWER_TOLD));
    } catch (error) {
      const reason = signal.aborted ? "no answer in time" : without(hidden, whatFailed(error));
      return { kind: "later", reason, seconds: 0 };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
    }
  };
  return { post, close: () => agents.close() };
}

async function headersOf(
  { auth, headers }: RemoteWrite,
  find: (place: SecretPlace) => Promise<string>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    found[name] = typeof value === "string" ? value : await find(value);
  if (!auth) return found;
  if ("token" in auth) return { ...found, authorization: `Bearer ${await find(auth.token)}` };
  const both = Buffer.from(`${auth.username}:${await find(auth.password)}`);
  return { ...found, authorization: `Basic ${both.toString("base64")}` };
}

/** A receiver may repeat what it was told. */
const without = (secrets: readonly string[], text: string): string =>
  secrets.reduce((left, secret) => (secret ? left.replaceAll(secret, "…") : left), text);

function whatFailed(error: unknown): string {
  if (error instanceof Fault) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  // Several addresses that all refuse give an error without a message.
  return printable(message === "" ? (code ?? "failed") : message);
}

/** The start of an answer; the rest is not waited for. */
async function startOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, MAX_ANSWER_BYTES);
}

function judged({ statusCode: status = 0, headers }: IncomingMessage, text: string): Answer {
  const reason = `status ${status}${text === "" ? "" : `: ${text}`}`;
  if (status >= 200 && status < 300) return { kind: "taken" };
  if (status >= 400 && status < 500 && status !== 429)
    return { kind: "refused", reason, inPart: status === 400 || status === 413 };
  return { kind: "later", reason, seconds: retryAfter(headers["retry-after"]) };
}

/** Seconds, as a number or as a date. */
function retryAfter(header: string | undefined): number {
  if (header === undefined) return 0;
  const seconds = /^\d+$/.test(header)
    ? Number(header)
    : (Date.parse(header) - Date.now()) / 1000 || 0;
  return Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS);
}

/** Connections to one receiver; new ones when the certificates are others. */
class Agents {
  readonly #isTls: boolean;
  readonly #tls: WriteTls;
  #looked = -Infinity;
  #read = "";
  #agent: HttpAgent | undefined;

  constructor({ protocol }: URL, tls: WriteTls = {}) {
    this.#isTls = protocol === "https:";
    this.#tls = tls;
  }

  /** Rejects with a Fault that names the file that cannot be read. */
  async current(): Promise<HttpAgent> {
    const now = performance.now();
    if (this.#agent && (!this.#isTls || now - this.#looked < LOOK_AGAIN_SECONDS * 1000))
      return this.#agent;
    const [ca, cert, key] = await Promise.all(
      [this.#tls.ca, this.#tls.cert, this.#tls.key].map(readPem),
    );
    this.#looked = now;
    const read = JSON.stringify([ca, cert, key]);
    if (this.#agent && read === this.#read) return this.#agent;
    this.#read = read;
    this.#agent?.destroy();
    const { serverName: servername } = this.#tls;
    const kept = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#isTls
      ? new HttpsAgent({
          ...kept,
          ...(ca !== undefined && { ca }),
          ...(cert !== undefined && { cert }),
          ...(key !== undefined && { key }),
          ...(servername !== undefined && { servername }),
        })
      : new HttpAgent(kept);
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

async function readPem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { bytes } = await readRegular(path, { maxBytes: MAX_PEM_BYTES, reason: "tls" });
  return bytes.toString();
}
