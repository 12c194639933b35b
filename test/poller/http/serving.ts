/** The server over real sockets, for tests. */
import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { Flights } from "../../../poller/flights.ts";
import { httpServer, type ServerOptions, type View } from "../../../poller/http/server.ts";
import { poll } from "../../../poller/poll.ts";
import { SelfMetrics } from "../../../poller/self.ts";
import type { Host } from "../../../poller/targets/host.ts";
import { meansOf } from "../means.ts";

/** A server that shows some hosts; `pollAll` polls each of them once. */
export async function serving(
  hosts: readonly Host[],
  own: Partial<View> = {},
  options: ServerOptions = {},
) {
  const means = meansOf(checks, { hosts: hosts.map(({ name }) => name) });
  const { snapshots } = means;
  const self = new SelfMetrics({ version: "1.2.3", hosts: () => hosts.length, skipped: () => 7 });
  const flights = new Flights(async (host, signal) => {
    const polled = await self.polling(poll(host, means, signal));
    if (hosts.includes(host)) for (const snapshot of polled) snapshots.set(snapshot);
    return polled[0]!;
  });
  const defects: unknown[] = [];
  const server = httpServer(
    {
      ...{ snapshots, catalogue: checks, families: means.judging.families, self },
      prober: { poll: (host, signal) => flights.poll(host, signal) },
      hosts: () => [...hosts, ...snapshots.guests()],
      onDefect: (error) => defects.push(error),
      ...own,
    },
    options,
  );
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as { port: number };
  onTestFinished(async () => {
    await flights.stop();
    await server.close();
  });
  const pollAll = async (): Promise<void> => {
    for (const host of hosts) await flights.poll(host, new AbortController().signal);
  };
  return { url, port, server, snapshots, flights, defects, pollAll };
}

export const text = async (url: string): Promise<string> => (await fetch(url)).text();

export const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** What comes back for these bytes until the connection ends, or `milliseconds` have passed. */
export async function sent(port: number, bytes: string, milliseconds = 5000): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  const timer = setTimeout(() => socket.destroy(), milliseconds);
  let received = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (received += chunk));
  socket.write(bytes);
  await new Promise((done) => socket.once("close", done));
  clearTimeout(timer);
  return received;
}
