/** The poller that is measured, and what it says of itself. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fleet, fleetAddress } from "./fleet.ts";
import { cpu, memory, tree } from "./processes.ts";
import { freePort, sleep, start, top, type Server } from "./tools.ts";

export interface PollerOptions {
  /** Where its files are. */
  readonly folder: string;
  readonly fleet: Fleet;
  /** Seconds. */
  readonly interval: number;
  readonly timeout: number;
  /** Series of each host; all unless told. */
  readonly series?: number | undefined;
  /** Processes that share the hosts; its own alone unless told. */
  readonly processes?: number | undefined;
}

export interface Poller extends Server {
  readonly url: string;
  readonly port: number;
  /** When it said that it serves, in epoch seconds. */
  readonly readyAt: number;
}

/** Starts a poller of a fleet, in which host number 7 is called `h7`; resolves when it serves. */
export function startPoller(options: PollerOptions): Promise<Poller> {
  const { fleet, interval, timeout, series, processes } = options;
  const hosts = Array.from(
    { length: fleet.hosts },
    (_, i) =>
      `  - { name: ${hostName(i)}, address: ${fleetAddress(fleet.octet, i)}, port: ${fleet.port} }\n`,
  );
  const limit = series === undefined ? "" : `, max_series: ${series}`;
  const shared = processes === undefined ? "" : `processes: ${processes}\n`;
  const poll = `poll: { interval: ${interval}s, timeout: ${timeout}s${limit} }\n`;
  return serve(options.folder, `${shared}${poll}hosts:\n${hosts.join("")}`);
}

export const hostName = (index: number): string => `h${index}`;

/** MiB that a poller without hosts has. */
export async function idleMemory(folder: string): Promise<number> {
  const poller = await serve(folder, "hosts: []\n");
  await sleep(2);
  const { rss } = memory([poller.pid]);
  await poller.stop();
  return rss;
}

async function serve(folder: string, config: string): Promise<Poller> {
  const port = await freePort();
  const file = join(folder, `poller-${port}.yaml`);
  writeFileSync(file, `listen: 127.0.0.1:${port}\nstate_dir: ${folder}/state-${port}\n${config}`);
  const program = join(top, "dist/poller/main.js");
  const server = await start(program, ["serve", "--config", file], { ready: "ready: " });
  return { ...server, port, url: `http://127.0.0.1:${port}`, readyAt: Date.now() / 1000 };
}

const PATIENCE_SECONDS = 120;

/** Resolves once every host was tried; gives the seconds that it took from now. */
export async function firstRound({ url }: Poller): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { status } = await fetch(`${url}/-/ready`);
    const seconds = (performance.now() - began) / 1000;
    if (status === 200) return seconds;
    if (seconds > PATIENCE_SECONDS) throw new Error("the first round does not end");
    await sleep(0.025);
  }
}

/** Polls until now: those that went well, or all. */
export async function polls({ url }: Poller, result: "ok" | "any" = "ok"): Promise<number> {
  const text = await (await fetch(`${url}/metrics?shard=1/1000`)).text();
  const all = [...text.matchAll(/^roundsman_polls_total\{result="(\w+)"\} (\d+)/gm)];
  return all
    .filter(([, of]) => result === "any" || of === result)
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

/** Seconds of CPU that it and its children have had. */
export const usedBy = ({ pid }: Server): number => cpu(pid).own;

/** MiB resident of it and its children; what they share counts for each. */
export const residentOf = ({ pid }: Server): number => memory(tree(pid)).rss;

/**
 * Stops it for an interval, as a host's suspension does, so that every host is due when it goes on;
 * meanwhile the world may change. Gives when that was, in epoch seconds.
 */
export async function suspend(
  { pid }: Poller,
  interval: number,
  meanwhile?: () => Promise<void>,
): Promise<number> {
  const all = tree(pid);
  for (const each of all) process.kill(each, "SIGSTOP");
  try {
    await Promise.all([sleep(interval + 0.5), meanwhile?.()]);
  } finally {
    for (const each of all) process.kill(each, "SIGCONT");
  }
  return Date.now() / 1000;
}

/** A round in which all hosts are due at once. */
export interface Burst {
  readonly perSecond: number;
  /** Cores that it was busy on. */
  readonly cores: number;
}

export async function burst(poller: Poller, fleet: Fleet, interval: number): Promise<Burst> {
  const before = await polls(poller);
  const used = usedBy(poller);
  await suspend(poller, interval);
  const began = performance.now();
  let last = { perSecond: NaN, cores: NaN };
  for (;;) {
    // The count itself takes about a thousandth of this time.
    await sleep(Math.max(0.05, fleet.hosts / 10_000));
    const count = (await polls(poller)) - before;
    const seconds = (performance.now() - began) / 1000;
    const now = { perSecond: count / seconds, cores: (usedBy(poller) - used) / seconds };
    if (count >= fleet.hosts) return Number.isNaN(last.cores) ? now : last;
    if (seconds > PATIENCE_SECONDS) throw new Error(`only ${count} of ${fleet.hosts} were polled`);
    last = now;
  }
}
