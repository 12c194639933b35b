import { createHash } from "node:crypto";
import type { Host } from "./targets/host.ts";

/** A number from 0 to 1 that depends on a host's name alone: the same for ever, and evenly spread. */
export const share = (name: string): number =>
  createHash("sha256").update(name).digest().readUIntBE(0, 6) / 2 ** 48;

/** Agents collect whenever the wall clock is at a multiple of this many milliseconds. */
const TICK = 10_000;
/** For so long after a tick its report may not be there yet, and a poll or a clock may be off. */
const CLEARANCE = 1500;
const CLEAR = TICK - 2 * CLEARANCE;

/**
 * When a host is due, in milliseconds into its interval: a moment that depends on its name alone, so
 * that it is the same after every restart and a fleet is spread evenly.
 *
 * It is never near a tick of the agents. A poll that comes about when an agent collects would get now
 * the newer report and now the older one: of ages 10 s apart, which makes the times of its samples
 * uneven and rates over few of them wrong. Intervals that are no multiple of the tick meet it at
 * different places each time, and are left as they are.
 */
export function turnOf(name: string, interval: number): number {
  if (interval % TICK !== 0) return Math.floor(share(name) * interval);
  const clear = Math.floor(share(name) * (interval / TICK) * CLEAR);
  return Math.floor(clear / CLEAR) * TICK + CLEARANCE + (clear % CLEAR);
}

/** Hosts of one interval in the order of their turns, which come round again and again. */
interface Ring {
  readonly interval: number;
  readonly hosts: readonly Host[];
  /** When into the interval each of the hosts is due, ascending. */
  readonly turns: readonly number[];
}

/**
 * Whose turn it is. A host's turn comes whenever the wall clock, counted in the host's intervals,
 * passes its moment: nothing is kept but the order of the hosts. Times are epoch milliseconds.
 */
export class Schedule {
  readonly #rings: readonly Ring[];

  constructor(hosts: readonly Host[]) {
    const byInterval = new Map<number, Host[]>();
    for (const host of hosts) {
      const interval = Math.round(host.intervalSeconds * 1000);
      const others = byInterval.get(interval);
      if (others) others.push(host);
      else byInterval.set(interval, [host]);
    }
    this.#rings = Array.from(byInterval, ([interval, members]) => ring(interval, members));
  }

  /** The hosts whose turn came after `from` and not after `to`, each once, however long that was. */
  due(from: number, to: number): Host[] {
    if (to <= from) return [];
    return this.#rings.flatMap(({ interval, hosts, turns }) => {
      const first = passed(turns, from % interval);
      const last = passed(turns, to % interval);
      const laps = Math.floor(to / interval) - Math.floor(from / interval);
      if (laps === 0) return hosts.slice(first, last);
      return [...hosts.slice(first), ...hosts.slice(0, laps === 1 ? Math.min(first, last) : first)];
    });
  }

  /** The first turn of any host after a moment; `Infinity` without hosts. */
  next(after: number): number {
    let soonest = Infinity;
    for (const { interval, turns } of this.#rings) {
      const phase = after % interval;
      const turn = turns[passed(turns, phase)] ?? (turns[0] ?? 0) + interval;
      soonest = Math.min(soonest, after - phase + turn);
    }
    return soonest;
  }
}

function ring(interval: number, members: readonly Host[]): Ring {
  const order = members
    .map((host) => ({ host, turn: turnOf(host.name, interval) }))
    .sort((a, b) => a.turn - b.turn);
  return {
    interval,
    hosts: order.map(({ host }) => host),
    turns: order.map(({ turn }) => turn),
  };
}

/** How many of the turns have come at a moment of the interval: a binary search. */
function passed(turns: readonly number[], phase: number): number {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((turns[middle] ?? Infinity) <= phase) low = middle + 1;
    else high = middle;
  }
  return low;
}
