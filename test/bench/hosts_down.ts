/** Whether hosts that are down or hostile cost the others time, and whether the poller says why they are. */
import { join } from "node:path";
import { type Aim, aims } from "./aims.ts";
import { everyFault, reasons } from "./fault_reasons.ts";
import { fleetModes, startFleet } from "./fleet.ts";
import { benchFaultyRounds } from "./faulty_rounds.ts";
import { type Ended, roundOf } from "./poller_round.ts";
import { firstRound, type Poller, startPoller, suspend } from "./poller_subject.ts";
import { type Scope, wants } from "./scope.ts";
import { freePort, progress, shared, table, temporary, type Server } from "./tools.ts";

const HOSTS = 1000;
const OCTET = 10;
/** Seconds. */
const [INTERVAL, TIMEOUT] = [12, 2];
/** Seconds: until the healthy are done, and past the timeout until all are. */
const [HEALTHY, PAST] = [1, 0.3];

interface Case {
  readonly name: string;
  readonly flags: Readonly<Record<string, number>>;
}

const cases: readonly Case[] = [
  { name: "20% hang", flags: { hang: 20 } },
  { name: "20% hang, others after 20 ms", flags: { hang: 20, latency: 20 } },
  { name: "50% hang", flags: { hang: 50 } },
  { name: "4% of each fault", flags: everyFault },
];

export async function benchHostsDown(tools: string, scope: Scope): Promise<void> {
  const { path: folder, end } = temporary();
  const hosts = scope.hosts ?? HOSTS;
  const found: Found[] = [];
  for (const one of cases.filter(({ name }) => wants(scope, name)))
    for (const later of [false, true]) {
      progress(`${hosts} hosts, ${one.name}, ${later ? "from the second round on" : "at once"}`);
      found.push(await benchCase(one, { tools, folder, hosts, later }));
    }
  if (found.length > 0) tell(hosts, found);
  if (wants(scope, "rounds"))
    await benchFaultyRounds(tools, { folder, hosts, rounds: scope.rounds });
  end();
}

interface Found {
  readonly name: string;
  readonly healthy: number;
  /** Seconds after the round began. */
  readonly healthyDone: number;
  readonly done: number;
  readonly modes: readonly string[];
  readonly ended: readonly Ended[];
}

interface Bench {
  readonly tools: string;
  readonly folder: string;
  readonly hosts: number;
  /** Whether all is well in the first round. */
  readonly later: boolean;
}

async function benchCase({ name, flags }: Case, bench: Bench): Promise<Found> {
  const { tools, folder, hosts, later } = bench;
  const fleet = { hosts, octet: OCTET, port: await freePort() };
  const list = join(folder, "list");
  const payload = join(shared, "payload60k.txt");
  const well = (): Promise<Server> => startFleet(tools, { ...fleet, payload });
  const ill = (): Promise<Server> =>
    startFleet(tools, { ...fleet, payload, flags: { ...flags, list } });
  let farm = await (later ? well() : ill());
  let poller: Poller | undefined;
  try {
    poller = await startPoller({ folder, fleet, interval: INTERVAL, timeout: TIMEOUT });
    let began = poller.readyAt;
    if (later) {
      await firstRound(poller);
      began = await suspend(poller, INTERVAL, async () => {
        await farm.stop();
        farm = await ill();
      });
    }
    const ended = await roundOf(poller, hosts, began, TIMEOUT);
    const modes = fleetModes(list);
    began = Math.min(began, ...ended.map(({ startedAt }) => startedAt));
    const last = (of: readonly Ended[]): number => Math.max(...of.map(({ at }) => at)) - began;
    const isHealthy = ({ host }: Ended): boolean => modes[host] === "ok";
    return {
      name: `${name}, ${later ? "they die between rounds" : "first round"}`,
      healthy: ended.filter(isHealthy).length,
      ...{ healthyDone: last(ended.filter(isHealthy)), done: last(ended), modes, ended },
    };
  } finally {
    await Promise.all([poller?.stop(), farm.stop()]);
  }
}

function tell(hosts: number, found: readonly Found[]): void {
  const ok = (one: Found): number => one.ended.filter(({ reason }) => reason === "ok").length;
  table(`${hosts} hosts due at once, timeout ${TIMEOUT} s, all series`, [
    ["", "healthy", "polled well", "done after s", "round ends after s"],
    ...found.map((one) => [
      ...[one.name, String(one.healthy), String(ok(one))],
      ...[one.healthyDone.toFixed(2), one.done.toFixed(2)],
    ]),
  ]);
  aims(
    "what is aimed at",
    found.flatMap((one): Aim[] => [
      {
        ...{ what: `${one.name}: the healthy are done after`, figure: one.healthyDone },
        ...{ atMost: HEALTHY, unit: "s", digits: 2 },
      },
      {
        ...{ what: `${one.name}: the round ends past the timeout by`, figure: one.done - TIMEOUT },
        ...{ atMost: PAST, unit: "s", digits: 2 },
      },
    ]),
  );
  tellReasons(found);
}

/** Why polls failed as the poller tells it, by what the hosts really did, over all rounds above. */
function tellReasons(found: readonly Found[]): void {
  const rows = Object.entries(reasons).flatMap(([mode, expected]) => {
    const told = new Map<string, number>();
    for (const { modes, ended } of found)
      for (const { host, reason } of ended)
        if (modes[host] === mode) told.set(reason, (told.get(reason) ?? 0) + 1);
    const all = [...told].map(([reason, count]) => `${reason} ${count}`).join(", ");
    const isRight = [...told.keys()].every((reason) => reason === expected);
    return told.size === 0 ? [] : [[mode, all, expected, isRight ? "right" : "WRONG"]];
  });
  table("reasons told, over the rounds above", [["hosts that", "told", "meant", ""], ...rows]);
}
