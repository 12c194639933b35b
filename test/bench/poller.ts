/** What a poll costs the poller, with all that is done for it: fetch, parse, judge, render. */
import { join } from "node:path";
import { aims } from "./aims.ts";
import { type Fleet, startChangingFleet, startFleet } from "./fleet.ts";
import { type Measured, aimsOf, growthOf } from "./poller_aims.ts";
import { type Cost, costOf, intervalOf, SERIES, ways } from "./poller_costs.ts";
import { benchRounds } from "./poller_rounds.ts";
import { idleMemory } from "./poller_subject.ts";
import { type Scope, wants } from "./scope.ts";
import { scrapers, scraping } from "./scrapers.ts";
import { freePort, progress, shared, table, temporary } from "./tools.ts";
import { bareNode, fetchOnly } from "./yardsticks.ts";

const FLEETS = [1000, 5000];
const OCTET = 10;

/** CPU, throughput and memory beside what the same fetches cost that are thrown away, and peers. */
export async function benchPoller(tools: string, scope: Scope): Promise<void> {
  const { path: folder, end } = temporary();
  const parts = [...ways.map(({ name }) => name), ...scrapers.map(({ program }) => program)];
  if (scope.rounds === undefined && parts.some((part) => wants(scope, part))) {
    const idle = await idleMemory(folder);
    const all: Measured[] = [];
    for (const hosts of scope.hosts === undefined ? FLEETS : [scope.hosts])
      all.push(...(await benchFleet(hosts, { tools, scope, folder, idle })));
    if (all.length > 0) aims("what is aimed at", [...all.flatMap(aimsOf), ...growthOf(all)]);
  }
  if (wants(scope, "rounds")) await benchRounds(folder, scope.rounds);
  end();
}

interface Bench {
  readonly tools: string;
  readonly scope: Scope;
  readonly folder: string;
  /** MiB of a poller without hosts. */
  readonly idle: number;
}

/** What is told of a fleet. */
interface Sheet {
  readonly rows: string[][];
  /** Of rows that are missing. */
  readonly notes: string[];
  readonly measured: Measured[];
}

async function benchFleet(hosts: number, bench: Bench): Promise<readonly Measured[]> {
  const first = ["poller without hosts", ...gaps(6), bench.idle.toFixed(0)];
  const sheet: Sheet = { rows: [first], notes: [], measured: [] };
  const bare = await benchWays(hosts, bench, sheet);
  await benchScrapers(hosts, bench, sheet, bare);
  const title = `polling ${hosts} hosts of 62 kB each; what changes does so at every poll`;
  table(title, [HEAD, ...sheet.rows]);
  process.stdout.write(sheet.notes.map((note) => `  ${note}\n`).join(""));
  return sheet.measured;
}

/** Fills in the poller in all wanted ways; gives the milliseconds of a fetch in bare Node. */
async function benchWays(hosts: number, bench: Bench, sheet: Sheet): Promise<number> {
  const { tools, scope, folder, idle } = bench;
  const payload = join(shared, "payload60k.txt");
  let bare = NaN;
  for (const changing of [false, true]) {
    const chosen = ways.filter((way) => wants(scope, way.name) && changing === !!way.changing);
    if (changing && chosen.length === 0) break;
    const fleet = { hosts, octet: OCTET, port: await freePort(), payload };
    const farm = await (changing ? startChangingFleet(fleet) : startFleet(tools, fleet));
    try {
      if (!changing) bare = await yardsticks(tools, fleet, sheet);
      for (const way of chosen) {
        progress(`polling ${hosts} hosts: ${way.name}`);
        const cost = await costOf(way, fleet, folder);
        if (typeof cost === "string") sheet.notes.push(`${way.name}: ${cost}`);
        else {
          const kB = ((cost.rss - idle) * 1024) / hosts;
          sheet.rows.push([way.name, ...cells(cost, bare), kB.toFixed(0)]);
          sheet.measured.push({ hosts, way, cost, kB });
        }
      }
    } finally {
      await farm.stop();
    }
  }
  return bare;
}

async function benchScrapers(
  hosts: number,
  { tools, scope, folder }: Bench,
  { rows, notes }: Sheet,
  bare: number,
): Promise<void> {
  const interval = intervalOf(hosts);
  for (const scraper of scrapers.filter(({ program }) => wants(scope, program))) {
    progress(`${scraper.program}: ${hosts} targets`);
    const cost = await scraping(tools, scraper, { folder, hosts, interval });
    const name = `${scraper.program}, ${SERIES} samples`;
    if (typeof cost === "string") notes.push(`${name}: ${cost}`);
    else rows.push([name, ...gaps(4), ...cpuCells(cost.cpuMs, bare), cost.rss.toFixed(0)]);
  }
}

const HEAD = [
  ...["", "hosts/s, first", "later", "on cores", "ms CPU, first", "later", "of bare Node's"],
  ...["RSS MiB", "kB per host"],
];

const gaps = (count: number): string[] => Array.from({ length: count }, () => "");

async function yardsticks(tools: string, fleet: Fleet, { rows }: Sheet): Promise<number> {
  progress(`fetching from ${fleet.hosts} hosts and throwing away`);
  const [bare, c] = [await bareNode(fleet), await fetchOnly(tools, fleet)];
  for (const [name, { perSecond, cpuMs }] of [
    ["bare Node", bare],
    ["C load generator", c],
  ] as const)
    rows.push([name, perSecond.toFixed(0), ...gaps(3), ...cpuCells(cpuMs, bare.cpuMs)]);
  return bare.cpuMs;
}

const cpuCells = (cpuMs: number, bare: number): string[] => [
  cpuMs.toFixed(2),
  (cpuMs / bare).toFixed(1),
];

const cells = (cost: Cost, bare: number): string[] => [
  ...[cost.first, cost.later].map((perSecond) => perSecond.toFixed(0)),
  ...[cost.cores, cost.firstCpu].map((value) => value.toFixed(2)),
  ...[...cpuCells(cost.laterCpu, bare), cost.rss.toFixed(0)],
];
