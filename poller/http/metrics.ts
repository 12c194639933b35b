import type { FastifyInstance } from "fastify";
import { pipeline, Readable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import { CONTENT_TYPE, exposition } from "../exposition.ts";
import type { View } from "./server.ts";

/** `/metrics`: all hosts, then the poller itself. */
export function serveMetrics(server: FastifyInstance, view: View): void {
  server.get("/metrics", (request, reply) => {
    const text = Readable.from(everything(view), { objectMode: false });
    void reply.header("content-type", CONTENT_TYPE).header("vary", "accept-encoding");
    if (!acceptsGzip(request.headers["accept-encoding"])) return reply.send(text);
    // Level 1 makes a tenth of it; higher ones cost twice the time for little more.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    // A failure ends the response; whoever left before its end needs no answer.
    pipeline(text, gzip, () => undefined);
    return reply.header("content-encoding", "gzip").send(gzip);
  });
}

async function* everything({ snapshots, families, self }: View): AsyncGenerator<Buffer, void> {
  yield* exposition(snapshots.all(), families);
  yield Buffer.from(await self.text());
}

/** Whether a header `Accept-Encoding` takes gzip; `q=0` refuses it. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = String(header ?? "").split(",");
  return codings.some((coding) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
