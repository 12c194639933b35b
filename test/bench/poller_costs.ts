/** The ways in which a fleet is polled, and what each costs the poller. */
import type { Fleet } from "./fleet.ts";
import {
  burst,
  firstRound,
  type PollerOptions,
  polls,
  residentOf,
  startPoller,
  usedBy,
} from "./poller_subject.ts";
import { sleep } from "./tools.ts";

export const SERIES = 200;
/** Rounds after the first at a steady rate, then rounds with all hosts due at once. */
const [STEADY, BURSTS] = [3, 2];
/** Seconds. */
const [MIN_INTERVAL, MAX_TIMEOUT] = [6, 10];
/** Hosts a second at that steady rate at most, which leaves the machine some air. */
const RATE = 250;

export interface Cost {
  /** Hosts per second of the first round, and of later ones with all hosts due at once. */
  readonly first: number;
  readonly later: number;
  /** Cores that the poller was busy on in those. */
  readonly cores: number;
  /** Milliseconds of CPU per poll of the first round, and at a steady rate later. */
  readonly firstCpu: number;
  readonly laterCpu: number;
  /** MiB resident. */
  readonly rss: number;
}

/** A way in which a fleet is polled. */
export interface Way {
  readonly name: string;
  readonly changing?: boolean;
  readonly series?: number;
  readonly processes?: number;
}

export const ways: readonly Way[] = [
  { name: `${SERIES} series`, series: SERIES },
  { name: "all series" },
  { name: `${SERIES} series, two processes`, series: SERIES, processes: 2 },
  { name: "all series, two processes", processes: 2 },
  { name: `${SERIES} series, changing`, series: SERIES, changing: true },
  { name: "all series, changing", changing: true },
];

/** Seconds between two polls of a host. */
export const intervalOf = (hosts: number): number =>
  Math.max(MIN_INTERVAL, Math.ceil(hosts / RATE));

/** What a way costs, or why that is not known. */
export async function costOf(way: Way, fleet: Fleet, folder: string): Promise<Cost | string> {
  const { series, processes } = way;
  const interval = intervalOf(fleet.hosts);
  try {
    const timeout = Math.min(MAX_TIMEOUT, interval - 1);
    return await polling({ folder, fleet, interval, timeout, series, processes });
  } catch (error) {
    return `failed: ${String(error).slice(0, 200).replaceAll("\n", " ")}`;
  }
}

async function polling(options: PollerOptions): Promise<Cost> {
  const { fleet, interval } = options;
  const poller = await startPoller(options);
  try {
    const began = usedBy(poller);
    const seconds = await firstRound(poller);
    const [used, count] = [usedBy(poller), await polls(poller)];
    await sleep(interval * STEADY);
    const laterCpu = ((usedBy(poller) - used) / ((await polls(poller)) - count)) * 1000;
    const rss = residentOf(poller);
    const bursts = [];
    for (let i = 0; i < BURSTS; i++) bursts.push(await burst(poller, fleet, interval));
    const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / BURSTS;
    return {
      first: fleet.hosts / seconds,
      later: mean(bursts.map(({ perSecond }) => perSecond)),
      cores: mean(bursts.map(({ cores }) => cores)),
      firstCpu: ((used - began) / fleet.hosts) * 1000,
      ...{ laterCpu, rss },
    };
  } finally {
    await poller.stop();
  }
}
