/** What a scrape of a whole fleet takes, and for how long nothing else is done meanwhile. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Aim, aims } from "./aims.ts";
import { startFleet } from "./fleet.ts";
import { fetchLoad, type Load } from "./load.ts";
import { firstRound, type Poller, startPoller } from "./poller_subject.ts";
import { type Beats, feelPulse, type Pulse } from "./pulse.ts";
import { type Scope, wants } from "./scope.ts";
import { freePort, progress, shared, sleep, startFarm, table, temporary } from "./tools.ts";

/** Hosts, and milliseconds until the last byte of all their series. */
const bounds: Readonly<Record<number, number>> = { 1000: 100, 5000: 600 };
/** Milliseconds for which the event loop may be held. */
const MAX_HELD = 20;
const OCTET = 10;
const SERIES = 200;
const SCRAPES = 10;
const MAX_BYTES = 1e9;
/** Seconds; nothing is polled meanwhile. */
const INTERVAL = 3600;
/** Until what the first round left behind is tidied up. */
const SETTLE_SECONDS = 5;

interface Kind {
  readonly name: string;
  readonly clients: number;
  readonly gzip?: boolean;
}

const kinds: readonly Kind[] = [
  { name: "one scrape", clients: 1 },
  { name: "two at once", clients: 2 },
  { name: "one scrape, gzip", clients: 1, gzip: true },
  { name: "two at once, gzip", clients: 2, gzip: true },
];

export async function benchScrape(tools: string, scope: Scope): Promise<void> {
  const { path: folder, end } = temporary();
  for (const hosts of scope.hosts === undefined ? Object.keys(bounds).map(Number) : [scope.hosts])
    await benchFleet(hosts, { tools, scope, folder });
  end();
}

interface Bench {
  readonly tools: string;
  readonly scope: Scope;
  readonly folder: string;
}

async function benchFleet(hosts: number, bench: Bench): Promise<void> {
  const { tools, folder } = bench;
  const fleet = { hosts, octet: OCTET, port: await freePort() };
  const farm = await startFleet(tools, { ...fleet, payload: join(shared, "payload60k.txt") });
  const times = { interval: INTERVAL, timeout: 10 };
  const poller = await startPoller({ folder, fleet, ...times, series: SERIES });
  try {
    progress(`polling ${hosts} hosts once`);
    await firstRound(poller);
    await farm.stop();
    await sleep(SETTLE_SECONDS);
    await scrapes(hosts, poller, bench);
  } finally {
    await Promise.all([poller.stop(), farm.stop()]);
  }
}

async function scrapes(hosts: number, poller: Poller, { tools, scope, folder }: Bench) {
  const rows: string[][] = [];
  const all: Aim[] = [];
  const pulse = await feelPulse(poller.port);
  try {
    await sleep(2);
    const calm = await pulse.beats();
    rows.push(["no scrape", "", "", "", "", ...beatCells(calm)]);
    const first = await scraped(tools, poller.port, { request: get(folder), pulse });
    rows.push(["the first scrape", ...cells(first)]);
    const { series, body } = await exposition(poller);
    const same = await sameBytes(tools, folder, body);
    for (const kind of kinds.filter(({ name }) => wants(scope, name))) {
      progress(`${kind.name} of ${hosts} hosts`);
      await pulse.beats();
      const { clients, gzip = false } = kind;
      const how = { clients, request: get(folder, gzip), pulse, scrapes: SCRAPES };
      const found = await scraped(tools, poller.port, how);
      const own = await ownWord(poller, kind);
      const ours = cells(found, gzip ? undefined : same[clients - 1]);
      rows.push([kind.name, ...ours, own.toFixed(1)]);
      all.push(...aimsOf({ hosts, series, calm }, kind, { ...found, own }));
    }
    table(
      `${series} series of ${hosts} hosts (${SERIES} of each report), ${(body.length / 1e6).toFixed(1)} MB; ` +
        "a pulse is /-/healthy on a connection that is kept, asked again 1 ms after its answer",
      [HEAD, ...rows],
    );
    aims(`what is aimed at, medians of ${SCRAPES}`, all);
  } finally {
    pulse.stop();
  }
}

const HEAD = [
  ...["", "MB sent", "median ms", "worst ms", "of the C farm's"],
  ...["pulse ms, usual", "worst", "held ms, by its own word"],
];

interface Scraped {
  readonly load: Load;
  readonly beats: Beats;
}

interface How {
  /** The file with the request; absent for a server that waits for none. */
  readonly request?: string;
  readonly pulse?: Pulse;
  readonly clients?: number;
  /** By each client. */
  readonly scrapes?: number;
}

async function scraped(tools: string, port: number, how: How): Promise<Scraped> {
  const { request, pulse, clients = 1, scrapes = 1 } = how;
  await pulse?.beats();
  const load = await fetchLoad(tools, {
    ...{
      port,
      clients,
      fetches: clients * scrapes,
      requests: request === undefined ? [] : [request],
      maxBytes: MAX_BYTES,
    },
  });
  const beats = (await pulse?.beats()) ?? { usual: NaN, worst: NaN, count: 0 };
  if (load.ok !== clients * scrapes) throw new Error(`${load.failed} scrapes failed`);
  return { load, beats };
}

/** A file with the request of a scrape. */
function get(folder: string, gzip = false): string {
  const path = join(folder, gzip ? "get-gzip" : "get");
  const coding = gzip ? "Accept-Encoding: gzip\r\n" : "";
  const head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  writeFileSync(path, `${head}${coding}\r\n`);
  return path;
}

async function exposition({ url }: Poller): Promise<{ series: number; body: Buffer }> {
  const response = await fetch(`${url}/metrics`, { headers: { "accept-encoding": "identity" } });
  const body = Buffer.from(await response.arrayBuffer());
  let series = 0;
  for (let at = 0; at !== -1 && at < body.length; at = body.indexOf("\n", at) + 1 || -1)
    if (body[at] !== "#".charCodeAt(0)) series++;
  return { series, body };
}

/** The C farm with the same bytes: the loads of one client and of two. */
async function sameBytes(tools: string, folder: string, payload: Buffer): Promise<Load[]> {
  const port = await freePort();
  const farm = await startFarm(tools, { port, folder, payload });
  try {
    const one = await scraped(tools, port, { scrapes: SCRAPES });
    const two = await scraped(tools, port, { scrapes: SCRAPES, clients: 2 });
    return [one.load, two.load];
  } finally {
    await farm.stop();
  }
}

const cells = ({ load, beats }: Scraped, same?: Load): string[] => [
  (load.bytes_per_fetch / 1e6).toFixed(1),
  ...[load.ms_p50, load.ms_max].map((ms) => ms.toFixed(0)),
  same ? (load.ms_p50 / same.ms_p50).toFixed(1) : "",
  ...beatCells(beats),
];

const beatCells = ({ usual, worst }: Beats): string[] => [usual, worst].map((ms) => ms.toFixed(1));

interface Scene {
  readonly hosts: number;
  readonly series: number;
  /** The pulse without any scrape. */
  readonly calm: Beats;
}

function aimsOf(
  { hosts, series, calm }: Scene,
  { name, clients, gzip = false }: Kind,
  { load, beats, own }: Scraped & { own: number },
): readonly Aim[] {
  const [atMost, meant] = [bounds[hosts], hosts * SERIES];
  const hold = (by: string, figure: number): Aim => ({
    what: `${name}: event loop held, ${by}`,
    ...{ figure, atMost: MAX_HELD, unit: "ms", digits: 1 },
  });
  const held = [
    hold("the worst pulse less the usual one", beats.worst - calm.usual),
    hold("by its own word", own),
  ];
  if (atMost === undefined || gzip || clients > 1) return held;
  // Beside the series that reports are held to there are those of services and polls.
  const [figure, share] = [load.ms_p50, meant / series];
  return [
    { what: `${name}: until the last byte of all ${series}`, figure, atMost, unit: "ms" },
    { what: `${name}: the share of ${meant} in it`, figure: figure * share, atMost, unit: "ms" },
    ...held,
  ];
}

/** The longest delay in milliseconds that the poller itself tells of, with so many scrapes more. */
async function ownWord({ url }: Poller, { clients, gzip = false }: Kind): Promise<number> {
  const ask = async (path: string): Promise<number> => {
    const headers = { "accept-encoding": gzip ? "gzip" : "identity" };
    const text = await (await fetch(`${url}${path}`, { headers })).text();
    const [, seconds] = /^roundsman_event_loop_delay_seconds\{stat="max"\} (\S+)/m.exec(text) ?? [];
    return Number(seconds) * 1000;
  };
  await ask(FEW);
  const during = await Promise.all(Array.from({ length: clients }, () => ask("/metrics")));
  // Each tells of the time since the one before.
  return Math.max(...during, await ask(FEW));
}

/** Of hardly any host, and of the poller itself. */
const FEW = "/metrics?shard=1/10000";
