import type { FastifyInstance } from "fastify";
import type { View } from "./server.ts";

/** `/-/healthy`: the process answers. `/-/ready`: every host was tried at least once. */
export function serveHealth(server: FastifyInstance, view: View): void {
  server.get("/-/healthy", (_, reply) => reply.type("text/plain").send("healthy\n"));
  server.get("/-/ready", (_, reply) => {
    const all = view.hosts();
    const tried = all.filter(({ name }) => view.snapshots.get(name)).length;
    const ready = tried === all.length;
    const text = ready ? "ready\n" : `not ready: ${tried} of ${all.length} hosts were polled\n`;
    return reply
      .code(ready ? 200 : 503)
      .type("text/plain")
      .send(text);
  });
}
