/** What polling is meant to cost. */
import type { Aim } from "./aims.ts";
import type { Cost, Way } from "./poller_costs.ts";

/** A way in which so many hosts were polled. */
export interface Measured {
  readonly hosts: number;
  readonly way: Way;
  readonly cost: Cost;
  /** Per host, above a poller without any. */
  readonly kB: number;
}

const LARGE = 5000;
/** Milliseconds of CPU, kB of memory per host. */
const FEW = { cpu: 0.7, kB: 40 };
const ALL = { cpu: 1.5, kB: 200 };
/** Hosts per second with 200 series, on a core and with two processes. */
const [ALONE, SHARED] = [1400, 2400];
/** MiB at 5000 hosts with 200 series. */
const RESIDENT = 260;
const GROWTH = 1.1;

export function aimsOf({ hosts, way, cost, kB }: Measured): readonly Aim[] {
  const bound = way.series === undefined ? ALL : FEW;
  const of = (what: string): string => `${hosts} hosts, ${way.name}: ${what}`;
  const aims: Aim[] = [
    {
      ...{ what: of("CPU per poll, later"), figure: cost.laterCpu, atMost: bound.cpu },
      ...{ unit: "ms", digits: 2 },
    },
  ];
  if (way.series !== undefined) {
    const atLeast = way.processes === undefined ? ALONE : SHARED;
    for (const round of ["first", "later"] as const)
      aims.push({ what: of(`hosts/s, ${round}`), figure: cost[round], atLeast, unit: "/s" });
  }
  // A second process is there whole, however few the hosts are.
  if (way.processes !== undefined) return aims;
  aims.push({ what: of("memory per host"), figure: kB, atMost: bound.kB, unit: "kB" });
  if (way.series !== undefined && hosts === LARGE)
    aims.push({ what: of("RSS"), figure: cost.rss, atMost: RESIDENT, unit: "MiB" });
  return aims;
}

/** How much more a host costs in the largest fleet than in the smallest. */
export const growthOf = (all: readonly Measured[]): readonly Aim[] =>
  all.flatMap((large) => {
    const small = all.find(({ way }) => way === large.way);
    if (!small || small.hosts >= large.hosts) return [];
    const aim = (what: string, of: (one: Measured) => number): Aim => ({
      what: `${what} at ${large.hosts} hosts over that at ${small.hosts}, ${large.way.name}`,
      figure: of(large) / of(small),
      ...{ atMost: GROWTH, unit: "times", digits: 2 },
    });
    return [aim("CPU", ({ cost }) => cost.laterCpu), aim("memory per host", ({ kB }) => kB)];
  });
