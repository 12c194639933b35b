import { mkdirSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { haproxy } from "../../../agent/sections/haproxy.ts";
import { collect, madeUp } from "./host.ts";

const ADMIN = "/run/haproxy/admin.sock";
const STATS = "/var/lib/haproxy/stats";
const TABLE = "# pxname,svname,qcur,status,\nshop,FRONTEND,,OPEN,\nshop,app1,0,UP 1/2,\n\n";

/** A load balancer that has its statistics on this socket, as HAProxy does without a prompt. */
async function balancer(root: string, path: string, table: string | undefined): Promise<void> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once("data", (command) => {
      if (table !== undefined) client.end(String(command) === "show stat\n" ? table : "Unknown\n");
    });
  });
  mkdirSync(dirname(join(root, path)), { recursive: true });
  await new Promise<void>((listening) => server.listen(join(root, path), listening));
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
}

test.each([ADMIN, STATS])("the table is asked for on %s", async (path) => {
  const { host, root } = madeUp({});
  await balancer(root, path, TABLE);
  expect(await collect(haproxy, host)).toBe(`<<<haproxy:sep(44)>>>\n${TABLE}`);
});

test("two sockets give two tables, each under its header", async () => {
  const { host, root } = madeUp({});
  await balancer(root, ADMIN, "one\n");
  await balancer(root, STATS, "two\n");
  expect(await collect(haproxy, host)).toBe(
    "<<<haproxy:sep(44)>>>\none\n<<<haproxy:sep(44)>>>\ntwo\n",
  );
});

test("without a socket there is no section", async () => {
  expect(await collect(haproxy, madeUp({}).host)).toBeUndefined();
});

test("a balancer that is gone, or does not answer, is told", async () => {
  await expect(collect(haproxy, madeUp({ [ADMIN]: "" }).host)).rejects.toThrow(/ECONNREFUSED/);
  const { host, root } = madeUp({});
  await balancer(root, STATS, undefined);
  await expect(collect(haproxy, host)).rejects.toThrow(/stats took longer than 5 s/);
});
