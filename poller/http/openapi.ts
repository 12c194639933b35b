import { z } from "zod";
import { version } from "../version.ts";
import { isList, type Parameters } from "./query.ts";
import { type Answer, type Route, route } from "./route.ts";

/** What there is to ask for, as OpenAPI 3.1 has it; made of the routes themselves. */
function openApi(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of routes) {
    const path = (paths[one.path] ??= {});
    path[one.method.toLowerCase()] = {
      operationId: operationId(one),
      summary: one.summary,
      parameters: [...named(one.names ?? {}), ...asked(one.query)],
      responses: answers(one),
    };
  }
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: { title: "roundsman-poller", version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    security: [{}, { basic: [] }],
    paths,
    components: { securitySchemes: { basic: { type: "http", scheme: "basic" } } },
  };
}

/** `/api/v1/openapi.json`: what all the others are. */
export function openApiRoutes(others: readonly Route[]): Route[] {
  const own: Route = route({
    method: "GET",
    path: "/api/v1/openapi.json",
    summary: "This document.",
    query: {},
    answers: { 200: { description: "An OpenAPI 3.1 document.", type: "application/json" } },
    answer: ({ reply }) => {
      text ??= `${JSON.stringify(openApi([...others, own]), undefined, 1)}\n`;
      return reply.type("application/json; charset=utf-8").send(text);
    },
  });
  let text: string | undefined;
  return [own];
}

const operationId = ({ method, path }: Route): string =>
  `${method.toLowerCase()}${path.replaceAll(/[^a-zA-Z0-9]+/g, "_").replace(/_$/, "")}`;

const named = (names: Readonly<Record<string, string>>): object[] =>
  Object.entries(names).map(([name, description]) => ({
    ...{ name, in: "path", required: true, description, schema: { type: "string" } },
  }));

const asked = (query: Parameters): object[] =>
  Object.entries(query).map(([name, schema]) => {
    const { description, ...described } = jsonSchema(schema, "input");
    return {
      ...{ name, in: "query", description, required: !schema.safeParse(undefined).success },
      ...(isList(schema) && { style: "form", explode: true }),
      schema: described,
    };
  });

/** What any route may answer with, whatever it is. */
const COMMON: Readonly<Record<number, Answer>> = {
  400: { description: "A parameter that is unknown, or not as it must be." },
  401: { description: "No user's name and password, or wrong ones." },
  503: { description: "Too much is asked for at once." },
};

const answers = ({ answers: own }: Route): Record<string, object> =>
  Object.fromEntries(
    Object.entries({ ...COMMON, ...own }).map(([code, { description, type, schema }]) => [
      code,
      {
        description,
        content: {
          [(type ?? "text/plain").replace(/;.*/, "")]: {
            schema: schema
              ? jsonSchema(schema, "output")
              : { type: type?.startsWith("application/json") ? "object" : "string" },
          },
        },
      },
    ]),
  );

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const described = Object.entries(z.toJSONSchema(schema, { io, target: "draft-2020-12" }));
  // Said once for the whole document.
  return Object.fromEntries(described.filter(([key]) => key !== "$schema"));
}
