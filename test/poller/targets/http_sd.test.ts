import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { defaultConfig } from "../../../poller/config.ts";
import { HttpTargets, type ListStore, shown } from "../../../poller/targets/http_sd.ts";

const { poll } = defaultConfig();

async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/targets`;
}

/** A store like that of a poller, for as long as the test runs. */
function storeOf(): ListStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    targets: (url) => kept.get(url),
    keepTargets: (url, json) => void kept.set(url, json),
  };
}

const targetsAt = (url: string, store: ListStore = storeOf()): HttpTargets =>
  new HttpTargets({ url, refreshSeconds: 60 }, store);

const json = { "content-type": "application/json; charset=utf-8" };
const names = (targets: HttpTargets): string[] => targets.read(poll).hosts.map(({ name }) => name);

test("hosts are those of the server's list, which is asked for with the interval", async () => {
  const headers: Record<string, unknown>[] = [];
  const url = await serverOf((request, response) => {
    headers.push(request.headers);
    response.writeHead(200, json).end('[{"targets":["a:1"],"labels":{"env":"x"}}]');
  });
  const targets = targetsAt(url);
  expect(names(targets)).toEqual([]);
  await targets.refresh(poll);
  expect(targets.read(poll)).toMatchObject({
    hosts: [{ name: "a:1", labels: { env: "x" } }],
    faults: [],
  });
  expect(headers[0]).toMatchObject({ "x-prometheus-refresh-interval-seconds": "60" });
});

test("when the server fails the last good list holds, after a restart too", async () => {
  let answer: RequestListener = (_, response) => {
    response.writeHead(200, json).end('[{"targets":["a:1"]}]');
  };
  const url = await serverOf((request, response) => {
    answer(request, response);
  });
  const store = storeOf();
  const targets = targetsAt(url, store);
  await targets.refresh(poll);
  const failures: [RequestListener, RegExp][] = [
    [(_, response) => void response.writeHead(500).end(), /answers 500$/],
    [(_, response) => void response.writeHead(200).end("[]"), /is nothing, not JSON$/],
    [(_, response) => void response.writeHead(200, json).end("[{"), /JSON/],
    [
      (_, response) => void response.writeHead(200, json).end('[{"token": hunter2}]'),
      /: Unexpected token 'h'$/,
    ],
    [
      (_, response) => void response.writeHead(200, json).end("[{}]"),
      /\[0\]\.targets: must be a list$/,
    ],
    [(request) => request.socket.destroy(), /: ./],
  ];
  for (const [listener, message] of failures) {
    answer = listener;
    await targets.refresh(poll);
    expect(names(targets)).toEqual(["a:1"]);
    expect(targets.read(poll).faults[0]).toMatch(message);
  }
  expect(names(targetsAt(url, store))).toEqual(["a:1"]);
});

test("a list without end is not read to its end", async () => {
  const url = await serverOf((_, response) => {
    response.writeHead(200, json);
    const more = (): void => {
      while (response.write(Buffer.alloc(1 << 20, " ")));
    };
    response.on("drain", more);
    more();
  });
  const targets = targetsAt(url);
  await targets.refresh(poll);
  expect(targets.read(poll).faults[0]).toMatch(/sends more than 33554432 bytes$/);
});

test("a password in a URL is not shown", () => {
  expect(shown("http://me:secret@x/y")).toBe("http://<secret>@x/y");
});
