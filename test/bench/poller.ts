/** What a poll costs the poller, with all that is done for it: fetch, parse, judge, render. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fleetAddress, startFleet } from "./fleet.ts";
import { memory, ownCpu } from "./processes.ts";
import {
  freePort,
  output,
  progress,
  shared,
  sleep,
  start,
  table,
  temporary,
  top,
  type Server,
} from "./tools.ts";

const FLEETS = [1000, 5000];
const OCTET = 10;
const SERIES = 200;
const CONCURRENCY = 64;
/** Rounds after the first, at an interval that leaves the machine some air. */
const ROUNDS = 3;
const HOSTS_PER_SECOND = 100;

interface Cost {
  /** Hosts per second of the first round, when all are due at once. */
  readonly perSecond: number;
  /** Milliseconds of CPU per poll of the first round, and of later ones. */
  readonly first: number;
  readonly later: number;
  /** MiB resident. */
  readonly rss: number;
}

/** CPU, throughput and memory beside what the same fetches cost that are thrown away. */
export async function benchPoller(tools: string): Promise<void> {
  const { path: folder, end } = temporary();
  const idle = await idleMemory(folder);
  const rows: string[][] = [["poller without hosts", "", "", "", idle.toFixed(0), ""]];
  try {
    for (const hosts of FLEETS) {
      const port = await freePort();
      const payload = join(shared, "payload60k.txt");
      const farm = await startFleet(tools, { hosts, octet: OCTET, port, payload });
      try {
        progress(`fetching from ${hosts} hosts and throwing away`);
        const bare = await bareNode(hosts, port);
        rows.push([`${hosts}: bare Node`, bare.perSecond.toFixed(0), bare.cpuMs.toFixed(2)]);
        const c = await fetchOnly(tools, hosts, port);
        rows.push([`${hosts}: C load generator`, c.perSecond.toFixed(0), c.cpuMs.toFixed(2)]);
        for (const series of [undefined, SERIES]) {
          progress(`polling ${hosts} hosts, ${series ?? "all"} series each`);
          const cost = await polling(folder, { hosts, port, series });
          rows.push([
            `${hosts}: poller, ${series ?? "all"} series`,
            cost.perSecond.toFixed(0),
            cost.first.toFixed(2),
            cost.later.toFixed(2),
            cost.rss.toFixed(0),
            (((cost.rss - idle) * 1024) / hosts).toFixed(0),
          ]);
        }
      } finally {
        await farm.stop();
      }
    }
  } finally {
    end();
  }
  table("polling a fleet of 62 kB each (aims: 1.5 ms with all series, 0.7 ms with 200)", [
    ["", "hosts/s", "ms CPU, first", "ms CPU, later", "RSS MiB", "kB per host"],
    ...rows,
  ]);
}

async function idleMemory(folder: string): Promise<number> {
  const poller = await startPoller(folder, "hosts: []\n");
  await sleep(2);
  const { rss } = memory([poller.pid]);
  await poller.stop();
  return rss;
}

async function startPoller(
  folder: string,
  config: string,
): Promise<Server & { readonly url: string }> {
  const port = await freePort();
  const file = join(folder, "poller.yaml");
  writeFileSync(file, `listen: 127.0.0.1:${port}\nstate_dir: ${folder}/state-${port}\n${config}`);
  const program = join(top, "dist/poller/main.js");
  const server = await start(program, ["serve", "--config", file], { ready: "ready" });
  return { ...server, url: `http://127.0.0.1:${port}` };
}

async function polling(
  folder: string,
  { hosts, port, series }: { hosts: number; port: number; series: number | undefined },
): Promise<Cost> {
  const interval = Math.ceil(hosts / HOSTS_PER_SECOND);
  const list = Array.from(
    { length: hosts },
    (_, i) => `  - { name: h${i}, address: ${fleetAddress(OCTET, i)}, port: ${port} }\n`,
  );
  const poller = await startPoller(
    folder,
    `poll: { interval: ${interval}s, timeout: ${Math.min(10, interval - 1)}s, concurrency: ${CONCURRENCY}` +
      `${series === undefined ? "" : `, max_series: ${series}`} }\nhosts:\n${list.join("")}`,
  );
  try {
    const began = performance.now();
    while ((await fetch(`${poller.url}/-/ready`)).status !== 200) await sleep(0.05);
    const seconds = (performance.now() - began) / 1000;
    const first = ownCpu(poller.pid);
    const polls = await polled(poller.url);
    await sleep(interval * ROUNDS);
    const later = (ownCpu(poller.pid) - first) / ((await polled(poller.url)) - polls);
    const { rss } = memory([poller.pid]);
    return { perSecond: hosts / seconds, first: (first / hosts) * 1000, later: later * 1000, rss };
  } finally {
    await poller.stop();
  }
}

/** Polls that went well until now. */
async function polled(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics?shard=1/1000`)).text();
  return Number(/^roundsman_polls_total\{result="ok"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

async function bareNode(
  hosts: number,
  port: number,
): Promise<{ readonly cpuMs: number; readonly perSecond: number }> {
  const args = [hosts, OCTET, port, 2, CONCURRENCY].map(String);
  const text = await output(process.execPath, [join(top, "dist/test/bench/bare.js"), ...args]);
  return JSON.parse(text) as { cpuMs: number; perSecond: number };
}

/** What the C load generator needs for the same; its CPU is that which the kernel charges it. */
async function fetchOnly(
  tools: string,
  hosts: number,
  port: number,
): Promise<{ readonly cpuMs: number; readonly perSecond: number }> {
  const text = await output(join(tools, "fetchload"), [
    ...["--json", "--hosts", String(hosts), "--octet", String(OCTET), "-p", String(port)],
    ...["-c", String(CONCURRENCY), "-n", String(hosts * 2), "-t", "60"],
  ]);
  const said = JSON.parse(text) as Record<string, number>;
  return {
    cpuMs: ((said["client_cpu_s"] ?? NaN) / (said["ok"] ?? NaN)) * 1000,
    perSecond: said["fetches_per_s"] ?? NaN,
  };
}
