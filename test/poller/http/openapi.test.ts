import { expect, test } from "vitest";
import { hostOf } from "../hosts.ts";
import { json, serving } from "./serving.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: object }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function described() {
  const { url } = await serving([hostOf(1)], {
    config: () => "hosts: []\n",
    reload: () => Promise.resolve({ ok: true }),
  });
  const document = (await json(`${url}/api/v1/openapi.json`)) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return { url, document, operations };
}

test("the document is of OpenAPI 3.1 and describes whatever there is to ask for", async () => {
  const { document, operations } = await described();
  expect(document.openapi).toBe("3.1.0");
  expect(operations.map(({ path, method }) => `${method} ${path}`).sort()).toEqual([
    "get /",
    "get /-/healthy",
    "get /-/ready",
    "get /api/v1/hosts",
    "get /api/v1/hosts/{name}",
    "get /api/v1/openapi.json",
    "get /api/v1/targets",
    "get /config",
    "get /hosts/{name}",
    "get /metrics",
    "get /probe",
    "get /sd",
    "post /-/reload",
    "put /-/reload",
  ]);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("names in paths are parameters, and parameters say what they must be", async () => {
  const { document, operations } = await described();
  for (const { path, operation } of operations)
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      expect(operation.parameters).toContainEqual(
        expect.objectContaining({ name, in: "path", required: true }),
      );
  const probe = document.paths["/probe"]?.["get"]?.parameters;
  expect(probe?.map(({ name, required }) => [name, required])).toEqual([
    ["target", true],
    ["strict", false],
  ]);
  const metrics = document.paths["/metrics"]?.["get"]?.parameters;
  expect(metrics?.find(({ name }) => name === "collect[]")).toMatchObject({
    ...{ in: "query", required: false, schema: { type: "array", items: { type: "string" } } },
  });
  expect(JSON.stringify(document)).not.toContain("$schema");
});

test("whatever the document describes is answered as it says", async () => {
  const { url, operations } = await described();
  for (const { path, method, operation } of operations) {
    const query = path === "/probe" ? "?target=web1" : "";
    const response = await fetch(`${url}${path.replace("{name}", "web1")}${query}`, { method });
    expect(Object.keys(operation.responses)).toContain(String(response.status));
    const content = operation.responses[String(response.status)]?.content ?? {};
    const type = response.headers.get("content-type")?.replace(/;.*/, "");
    expect(Object.keys(content), path).toContain(type);
  }
});
