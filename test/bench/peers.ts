/** The agent beside other agents for hosts: in one run, on one host, asked in turns. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCrowd, PROCESSES, SOCKETS } from "./crowd.ts";
import { fetchLoad, inTurns, type Load } from "./load.ts";
import { locate, peers, type Peer } from "./peer.ts";
import { cpu, memory, tree } from "./processes.ts";
import { fetchAll, madeAt, startAgent } from "./subject.ts";
import {
  answers,
  freePort,
  median,
  progress,
  sleep,
  start,
  startFarm,
  table,
  temporary,
  type Server,
} from "./tools.ts";

const ROUNDS = 3;
/** A load ends after so many fetches, by clients, or after so long. */
const FETCHES = { 1: 2_000, 50: 5_000 } as const;
const LOAD_SECONDS = 2;
/** Until what happens only at a start is over. */
const SETTLING_SECONDS = 12;
/** After three ours knows when it is polled. */
const MINUTES = 5;

/** A server that can be asked. */
interface Contender {
  readonly name: string;
  readonly port: number;
  /** Files with what to send, on a connection each. */
  readonly requests: readonly string[];
}

/** One that looks at the host. */
interface Agent extends Contender {
  readonly server: Server;
  readonly wrappers: number;
  /** When an answer's data was collected; absent where that is when it is asked for. */
  readonly madeAt: ((answer: string) => number) | undefined;
}

export async function benchPeers(tools: string): Promise<void> {
  const { path: folder, end } = temporary();
  const crowd = await makeCrowd();
  const agents: Agent[] = [];
  const missing: string[][] = [];
  try {
    agents.push(await startOurs(folder));
    for (const peer of peers) {
      const program = locate(peer.program);
      const agent =
        program === undefined ? "not installed" : await startPeer(peer, program, folder);
      if (typeof agent === "string") missing.push([peer.name, agent]);
      else agents.push(agent);
    }
    await sleep(SETTLING_SECONDS);
    await costs({ tools, folder, agents, missing });
  } finally {
    await Promise.all(agents.map(({ server }) => server.stop()));
    crowd.end();
    end();
  }
}

interface Contest {
  readonly tools: string;
  readonly folder: string;
  readonly agents: readonly Agent[];
  /** Rows of those who do not take part. */
  readonly missing: readonly string[][];
}

/** What they take of the host, before and after they are loaded with fetches. */
async function costs(contest: Contest): Promise<void> {
  const { agents, missing } = contest;
  const idle = agents.map(memoryCells);
  const minute = await minutes(agents);
  await speed(contest);
  const rows = agents.map((agent, i) => [
    agent.name,
    ...(minute[i]?.cpu ?? []),
    ...(minute[i]?.age ?? []),
    ...(idle[i] ?? []),
    ...memoryCells(agent),
  ]);
  table(
    `cost of a minute with one poll, age of the data at the polls, memory idle and after the fetches above;` +
      ` ${PROCESSES} processes and ${SOCKETS} sockets more to look at`,
    [
      [
        ...["", "own CPU ms", "children ms", "age median s", "max s"],
        ...["RSS MiB", "private MiB", "then RSS", "then private"],
      ],
      ...rows,
      ...missing,
    ],
  );
}

/** How fast they answer, and the farm with the bytes of our agent. */
async function speed({ tools, folder, agents, missing }: Contest): Promise<void> {
  const port = await freePort();
  const ours = agents[0]?.port ?? 0;
  const farm = await startFarm(tools, { port, folder, payload: await fetchAll(ours) });
  const contenders: Contender[] = [{ name: "C farm, our bytes", port, requests: [] }, ...agents];
  for (const clients of [1, 50] as const) {
    const run =
      ({ port, requests }: Contender) =>
      (): Promise<Load> =>
        fetchLoad(tools, {
          ...{ port, clients, requests },
          ...{ fetches: FETCHES[clients], seconds: LOAD_SECONDS },
        });
    const runs = Object.fromEntries(contenders.map((each) => [each.name, run(each)]));
    const loads = await inTurns(ROUNDS, runs);
    table(`${clients} client${clients > 1 ? "s" : ""}, medians of ${ROUNDS}`, [
      ["", "p50 ms", "p95 ms", "p99 ms", "max ms", "fetches/s", "bytes", "failed"],
      ...Object.entries(loads).map(([name, load]) => [name, ...speedCells(load)]),
      ...missing,
    ]);
  }
  await farm.stop();
}

const speedCells = (load: Load): string[] => [
  ...[load.ms_p50, load.ms_p95, load.ms_p99, load.ms_max].map((ms) => ms.toFixed(ms < 10 ? 3 : 0)),
  load.fetches_per_s.toFixed(load.fetches_per_s < 100 ? 1 : 0),
  load.bytes_per_fetch.toFixed(0),
  String(load.failed),
];

const memoryCells = ({ server, wrappers }: Agent): string[] => {
  const { rss, own } = memory(tree(server.pid).slice(wrappers));
  return [rss.toFixed(1), own.toFixed(1)];
};

interface Minutes {
  /** CPU of the last of them: own and children. */
  readonly cpu: readonly string[];
  /** How old the data was at the polls, or that it was collected for them. */
  readonly age: readonly string[];
}

/** Some minutes, the same for all, with a poll in the middle of each. */
async function minutes(agents: readonly Agent[]): Promise<readonly Minutes[]> {
  const ages = agents.map((): number[] => []);
  let before = agents.map(({ server }) => cpu(server.pid));
  for (let minute = 1; minute <= MINUTES; minute++) {
    progress(`minute ${minute} of ${MINUTES} at one poll a minute`);
    before = agents.map(({ server }) => cpu(server.pid));
    await sleep(30);
    for (const [i, agent] of agents.entries()) {
      const [request, ...others] = agent.requests;
      const answer = await fetchAll(agent.port, request);
      const at = agent.madeAt?.(answer.toString("latin1"));
      if (at !== undefined) ages[i]?.push(Date.now() / 1000 - at);
      for (const other of others) await fetchAll(agent.port, other);
    }
    await sleep(30);
  }
  return agents.map(({ server }, i) => {
    const { own, children } = cpu(server.pid);
    const used = [own - (before[i]?.own ?? 0), children - (before[i]?.children ?? 0)];
    const age = ages[i] ?? [];
    return {
      cpu: used.map((seconds) => (seconds * 1000).toFixed(0)),
      age:
        age.length > 0
          ? [median(age), Math.max(...age)].map((s) => s.toFixed(1))
          : ["when asked", ""],
    };
  });
}

async function startOurs(folder: string): Promise<Agent> {
  const port = await freePort();
  const server = await startAgent({ folder, port, perAddress: 64 });
  return { name: "roundsman", port, server, requests: [], madeAt, wrappers: 0 };
}

/** Starts a peer; gives what is the matter if that fails. */
async function startPeer(peer: Peer, program: string, folder: string): Promise<Agent | string> {
  const { name, wrappers = 0, signal } = peer;
  const port = await freePort();
  const write = (suffix: string, content: string | Buffer): string => {
    const path = join(folder, `${peer.program}.${suffix}`);
    writeFileSync(path, content);
    return path;
  };
  const requests = peer.requests.map((request, i) => write(`request${i}`, request));
  const config = write("conf", peer.config(port, folder));
  const [command, ...args] = peer.command(program, config, port);
  const server = await start(command, args, signal && { signal });
  const madeAt = peer.madeAt?.bind(peer);
  if (!(await answers(port))) {
    await server.stop();
    return "does not answer";
  }
  return { name, port, server, requests, madeAt, wrappers };
}
