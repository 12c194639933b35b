import { afterEach, expect, test } from "vitest";
import { Collector } from "../agent/collector.ts";
import { sections } from "../agent/sections/index.ts";
import { ReportServer } from "../agent/server.ts";
import { checks } from "../poller/checks/index.ts";
import { exposition } from "../poller/exposition.ts";
import { judging } from "../poller/judging.ts";
import { poll } from "../poller/poll.ts";
import type { Snapshot } from "../poller/snapshots.ts";
import { NOW, web1 } from "./agent/sections/host.ts";
import { hostOf } from "./poller/hosts.ts";
import { meansOf } from "./poller/means.ts";

const facts = {
  version: "1.2.3",
  machine: "x86_64",
  configDir: "/etc/roundsman",
  stateDir: "/var/lib/roundsman",
  pluginsDir: "/usr/lib/roundsman/plugins",
  localDir: "/usr/lib/roundsman/local",
  onlyFrom: ["192.0.2.0/24"],
};

let server: ReportServer | undefined;
afterEach(() => server?.close());

/** Serves what a host of the fixtures says; `fetch` polls it once more. */
async function walk(): Promise<{ collect: () => Promise<void>; fetch: () => Promise<Snapshot> }> {
  let now = NOW;
  const agent = new ReportServer({
    maxConnections: 1,
    maxPerAddress: 1,
    warn: (line) => expect.fail(line),
  });
  server = agent;
  const collector = new Collector({
    system: web1({ now: () => now }),
    sections: sections(facts),
    intervalSeconds: 10,
    publish: (report) => agent.offer(report),
    accounts: () => [{ certificate: "web1.example.org", expires: NOW + 100 * 86_400 }],
  });
  const place = await agent.listen({ address: "127.0.0.1", port: 0 });
  const port = "port" in place ? place.port : 0;
  const host = hostOf(port, { labels: { env: "prod" } });
  const means = meansOf(checks);
  return {
    collect: async () => {
      now += 10;
      await collector.collect();
    },
    fetch: async () => {
      const [snapshot] = await poll(host, means, new AbortController().signal);
      if (!snapshot) throw new Error("a poll gives a snapshot");
      means.snapshots.set(snapshot);
      return snapshot;
    },
  };
}

const { families } = judging(checks);

async function metricsOf(snapshot: Snapshot): Promise<string> {
  let text = "";
  for await (const chunk of exposition([snapshot], families)) text += chunk.toString();
  return text;
}

/** Without what differs from run to run. */
const steady = (text: string): string =>
  text.replace(
    /^(roundsman_\w*(duration|timestamp)_seconds\{.*\}|roundsman_agent_output_bytes\{.*\}) .*$/gm,
    "$1 …",
  );

test("what a host's files say arrives in the scrape, by way of agent, socket, parser and checks", async () => {
  const { collect, fetch } = await walk();
  await collect();
  const snapshot = await fetch();
  expect(snapshot.failure).toBeUndefined();
  await expect(steady(await metricsOf(snapshot))).toMatchFileSnapshot("fixtures/walk/web1.prom");
});

test("every service of that host has its state and summary", async () => {
  const { collect, fetch } = await walk();
  await collect();
  const { services } = await fetch();
  const lines = Array.from(services, (one) =>
    `${one.state} ${one.service}: ${one.summary}\n`.replace(/took .*/, "took …"),
  );
  await expect(lines.join("")).toMatchFileSnapshot("fixtures/walk/web1.states");
});

test("two reports of different ticks give rates", async () => {
  const { collect, fetch } = await walk();
  await collect();
  await fetch();
  await collect();
  const services = [...((await fetch()).outcome?.services ?? [])];
  const names = services.flatMap(({ perfdata }) => perfdata?.map(({ name }) => name) ?? []);
  expect(names).toEqual(expect.arrayContaining(["context_switches", "in", "disk_read_throughput"]));
});
