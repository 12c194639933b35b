import { makeCrowd, PROCESSES, SOCKETS } from "./crowd.ts";
import { fetchLoad, inTurns, type Load, type LoadOptions } from "./load.ts";
import { childrenCpu, memory, ownCpu } from "./processes.ts";
import { fetchAll, madeAt, startAgent } from "./subject.ts";
import {
  freePort,
  median,
  progress,
  sleep,
  startFarm,
  table,
  temporary,
  type Server,
} from "./tools.ts";

const ROUNDS = 5;
const OPEN_ROUNDS = 3;
const RATE = 500;
const RATE_SECONDS = 6;
/** So long an agent runs before its collections are measured: what it does is compiled by then. */
const WARM_SECONDS = 30;
const SETTLE_SECONDS = 40;
/** After three it knows when it is polled. */
const MINUTES = 6;
/** Of our clients, who all have one address. */
const PER_ADDRESS = 64;

/**
 * What the agent costs, how old what it says is, and how fast it says it beside the C farm. In this
 * order, because the fetches leave thousands of sockets in TIME_WAIT for the next collection to count.
 */
export async function benchAgent(tools: string): Promise<void> {
  const { path: folder, end } = temporary();
  const crowd = await makeCrowd();
  await minutes(folder);
  const port = await freePort();
  const agent = await startAgent({ folder, port, interval: 1, perAddress: PER_ADDRESS });
  try {
    progress(`warming up for ${WARM_SECONDS} s`);
    await collecting(agent);
    await ages(port);
    progress("fetching");
    await serving(tools, folder, port);
    await kept(agent);
  } finally {
    await agent.stop();
    crowd.end();
    end();
  }
}

/** Memory right after the load, and when V8 has had the time to tidy up. */
async function kept({ pid }: Server): Promise<void> {
  const row = (when: string): string[] => {
    const { rss, own } = memory([pid]);
    return [when, rss.toFixed(1), own.toFixed(1)];
  };
  const after = row("at once");
  await sleep(SETTLE_SECONDS);
  table("memory after the fetches above (aim: 66 MiB, 24 of it private)", [
    ["", "RSS MiB", "private MiB"],
    after,
    row(`${SETTLE_SECONDS} s later`),
  ]);
}

/** The agent, and the farm that serves the same bytes. */
interface Pair {
  readonly agent: number;
  readonly farm: number;
}

async function serving(tools: string, folder: string, agent: number): Promise<void> {
  const payload = await fetchAll(agent);
  const farm = await freePort();
  const farmServer = await startFarm(tools, { port: farm, folder, payload });
  await closedLoop(tools, { agent, farm }, payload.length);
  await openLoop(tools, { agent, farm });
  await farmServer.stop();
}

/** Latency and throughput with clients that fetch again as soon as they have an answer. */
async function closedLoop(tools: string, ports: Pair, bytes: number): Promise<void> {
  const rows = [["", "p50 ms", "p99 ms", "fetches/s", "p50 ratio", "p99 ratio", "fetches/s ratio"]];
  for (const [clients, fetches] of [
    [1, 5_000],
    [50, 10_000],
  ] as const) {
    const { agent, farm } = await compare(tools, ROUNDS, ports, { clients, fetches });
    const figures = (load: Load): string[] => [
      load.ms_p50.toFixed(3),
      load.ms_p99.toFixed(3),
      load.fetches_per_s.toFixed(0),
    ];
    const ratios = RATIOS.map((key) => (agent[key] / farm[key]).toFixed(2));
    const who = `${clients} client${clients > 1 ? "s" : ""}`;
    rows.push([`C farm, ${who}`, ...figures(farm), "1", "1", "1"]);
    rows.push([`agent, ${who}`, ...figures(agent), ...ratios]);
  }
  table(
    `serving ${bytes} bytes while collecting each second, medians of ${ROUNDS}` +
      " (aim: 2 times p50 and p99 with one client, 0.35 of the fetches/s with 50)",
    rows,
  );
}

const RATIOS = ["ms_p50", "ms_p99", "fetches_per_s"] as const;

/** Latency from the moment a fetch was due, at a steady rate. */
async function openLoop(tools: string, ports: Pair): Promise<void> {
  const load = { clients: 50, fetches: RATE * RATE_SECONDS, rate: RATE };
  const { agent, farm } = await compare(tools, OPEN_ROUNDS, ports, load);
  const row = (name: string, { ms_p50, ms_p99, ms_max }: Load, more: string): string[] => [
    name,
    ...[ms_p50, ms_p99, ms_max].map((ms) => ms.toFixed(3)),
    more,
  ];
  table(
    `${RATE} fetches/s for ${RATE_SECONDS} s while collecting each second, medians of ${OPEN_ROUNDS}` +
      " (aim: p99 at most 0.5 ms above the C farm's)",
    [
      ["", "p50 ms", "p99 ms", "max ms", "p99 above"],
      row("C farm", farm, "0"),
      row("agent", agent, (agent.ms_p99 - farm.ms_p99).toFixed(3)),
    ],
  );
}

async function compare(
  tools: string,
  rounds: number,
  ports: Pair,
  options: Omit<LoadOptions, "port">,
): Promise<Record<keyof Pair, Load>> {
  const each = (port: number) => async (): Promise<Load> => {
    const load = await fetchLoad(tools, { port, ...options });
    if (load.ok !== options.fetches)
      throw new Error(`only ${load.ok} of ${options.fetches} fetches went well`);
    return load;
  };
  return inTurns(rounds, { agent: each(ports.agent), farm: each(ports.farm) });
}

/** CPU of one collection: own, and of the commands that were due. */
async function collecting(agent: Server): Promise<void> {
  const seconds = 20;
  await sleep(WARM_SECONDS);
  const [own, children] = [ownCpu(agent.pid), childrenCpu(agent.pid)];
  await sleep(seconds);
  const each = (cpu: number): string => ((cpu * 1000) / seconds).toFixed(1);
  table(`one collection, with ${PROCESSES} processes and ${SOCKETS} sockets more (aim: 6 ms own)`, [
    ["", "own ms", "children ms"],
    ["agent", each(ownCpu(agent.pid) - own), each(childrenCpu(agent.pid) - children)],
  ]);
}

/** How old the data is when it is handed out, at a tick of a second. */
async function ages(port: number): Promise<void> {
  const values: number[] = [];
  for (let i = 0; i < 20; i++) {
    await sleep(Math.random());
    values.push(Date.now() / 1000 - madeAt((await fetchAll(port)).toString("latin1")));
  }
  table("age of the data at delivery, tick 1 s (at most a tick and the time to collect)", [
    ["", "median s", "max s"],
    ["agent", median(values).toFixed(2), Math.max(...values).toFixed(2)],
  ]);
}

/** CPU of minutes at the default tick with one poll in each. */
async function minutes(folder: string): Promise<void> {
  const port = await freePort();
  const agent = await startAgent({ folder, port });
  await sleep(5);
  const rows = [["", "own ms", "children ms"]];
  for (let minute = 1; minute <= MINUTES; minute++) {
    progress(`minute ${minute} of ${MINUTES} at one poll a minute`);
    const [own, children] = [ownCpu(agent.pid), childrenCpu(agent.pid)];
    await sleep(30);
    await fetchAll(port);
    await sleep(30);
    const used = [ownCpu(agent.pid) - own, childrenCpu(agent.pid) - children];
    rows.push([`minute ${minute}`, ...used.map((cpu) => (cpu * 1000).toFixed(0))]);
  }
  await agent.stop();
  table("a minute with one poll, tick 10 s (aim: 40 ms own, 100 ms of children)", rows);
}
