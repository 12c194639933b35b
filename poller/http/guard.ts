import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { HEALTHY } from "./health.ts";
import { Logins } from "./logins.ts";
import { PROBE } from "./probe.ts";
import { Refusal } from "./refusal.ts";

/** What requests are held to. */
export interface RequestLimits {
  /** At once, without probes. */
  readonly requests: number;
  /** Most of them wait for a host that keeps silent, and keep nobody else from being answered. */
  readonly probes: number;
  /** Milliseconds for taking an answer: who reads more slowly is dropped. */
  readonly answer: number;
}

interface Guarding {
  readonly limits: RequestLimits;
  /** Sent with every answer. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Hashes of passwords; none: whoever asks is answered. */
  readonly users: () => ReadonlyMap<string, string>;
}

/** Has a server answer so many requests at once, one per connection, and only those it knows. */
export function guard(server: FastifyInstance, { limits, headers, users }: Guarding): void {
  const logins = new Logins();
  const answering = new WeakSet<object>();
  const probes = { running: 0, most: limits.probes, what: "probes" };
  const others = { running: 0, most: limits.requests, what: "requests" };

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { raw, headers: sent, routeOptions } = request;
    const { socket } = raw;
    // Node would work on all requests that are sent ahead of their answers at once.
    if (answering.has(socket)) {
      socket.destroy();
      throw new Refusal(400, "one request at a time");
    }
    answering.add(socket);
    const { url } = routeOptions;
    const kind = url === HEALTHY ? undefined : url === PROBE ? probes : others;
    if (kind) kind.running++;
    reply.raw.once("close", () => {
      answering.delete(socket);
      if (kind) kind.running--;
    });
    void reply.headers(headers());
    if (kind && kind.running > kind.most)
      throw new Refusal(503, `too many ${kind.what} at once`, { "retry-after": "1" });
    const known = users();
    if (known.size === 0) return;
    const admission = await logins.admit(sent.authorization, known, () => !socket.destroyed);
    if (admission === "busy")
      throw new Refusal(503, "too many logins at once", { "retry-after": "2" });
    if (admission === "stranger")
      throw new Refusal(401, "a user's name and password are needed", {
        "www-authenticate": 'Basic realm="roundsman", charset="UTF-8"',
      });
  };

  server.addHook("onRequest", (request, reply, done) => {
    admit(request, reply).then(() => done(), done);
  });
  server.addHook("onSend", (_, { raw }, payload, done) => {
    const timer = setTimeout(() => raw.destroy(), limits.answer);
    raw.once("close", () => clearTimeout(timer));
    done(null, payload);
  });
  server.addHook("onClose", () => logins.close());
}
