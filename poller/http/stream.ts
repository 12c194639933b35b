import type { FastifyReply, FastifyRequest } from "fastify";
import { pipeline, Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { constants, createGzip } from "node:zlib";

const CHUNK_CHARACTERS = 64 * 1024;

/** Sends what comes bit by bit, compressed to whoever takes that. */
export function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  chunks: AsyncIterable<Buffer | string>,
): FastifyReply {
  const text = Readable.from(chunks, { objectMode: false });
  void reply.header("content-type", type).header("vary", "accept-encoding");
  if (!acceptsGzip(request.headers["accept-encoding"])) return reply.send(text);
  // Level 1 makes a tenth of it; higher ones cost twice the time for little more.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  // A failure ends the response; whoever left before its end needs no answer.
  pipeline(text, gzip, () => undefined);
  return reply.header("content-encoding", "gzip").send(gzip);
}

/** Joins small texts into larger ones; the event loop has its turn between them. */
export async function* inChunks(texts: Iterable<string>): AsyncGenerator<string, void> {
  let chunk = "";
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
    await nextTurn();
  }
  if (chunk !== "") yield chunk;
}

/** Whether a header `Accept-Encoding` takes gzip; `q=0` refuses it. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = String(header ?? "").split(",");
  return codings.some((coding) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
