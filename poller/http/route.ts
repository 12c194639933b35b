import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { type Parameters, type Query, readQuery } from "./query.ts";

/** What a route may answer with. */
export interface Answer {
  readonly description: string;
  /** A media type; absent: plain text. */
  readonly type?: string;
  /** Of JSON. */
  readonly schema?: z.ZodType;
}

/** One thing that can be asked of the server: what it is for the server, and for its description. */
export interface Route<Known extends Parameters = Parameters> {
  readonly method: "GET" | "POST" | "PUT";
  /** Names in it stand in braces: `/hosts/{name}`. */
  readonly path: string;
  readonly summary: string;
  /** Names in the path, with what they are. */
  readonly names?: Readonly<Record<string, string>>;
  readonly query: Known;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly answer: (asked: Asked<Known>) => unknown;
}

/** A request as a route sees it. */
export interface Asked<Known extends Parameters> {
  readonly query: Query<Known>;
  /** By the names in the path, decoded. */
  readonly names: Readonly<Record<string, string>>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A route without what only it knows of its parameters. */
export const route = <Known extends Parameters>(one: Route<Known>): Route => ({
  ...one,
  answer: (asked) => one.answer(asked as Asked<Known>),
});

/** Has the server answer a route. */
export function addRoute(server: FastifyInstance, { method, path, query, answer }: Route): void {
  server.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    handler: (request, reply) =>
      answer({
        query: readQuery(request.raw.url ?? "", query),
        names: request.params as Readonly<Record<string, string>>,
        ...{ request, reply },
      }),
  });
}
