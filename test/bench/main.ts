import { parseArgs } from "node:util";
import type { Scope } from "./scope.ts";
import { leaveNothing, loadTools } from "./tools.ts";

interface Bench {
  /** Whether it runs only when it is named. */
  readonly named?: boolean;
  readonly run: (tools: string, scope: Scope) => Promise<void>;
}

/** The benches by name; each prints its own tables. */
const benches: Readonly<Record<string, Bench>> = {
  agent: { run: async (tools) => (await import("./agent.ts")).benchAgent(tools) },
  peers: { run: async (tools) => (await import("./peers.ts")).benchPeers(tools) },
  poller: { run: async (tools, scope) => (await import("./poller.ts")).benchPoller(tools, scope) },
  scrape: { run: async (tools, scope) => (await import("./scrape.ts")).benchScrape(tools, scope) },
  "hosts-down": {
    run: async (tools, scope) => (await import("./hosts_down.ts")).benchHostsDown(tools, scope),
  },
  faults: {
    named: true,
    run: async (tools, { minutes }) => (await import("./faults.ts")).benchFaults(tools, minutes),
  },
};

const USAGE = `usage: npm run bench -- [NAME …] [flags]
names: ${Object.keys(benches).join(", ")}
  --minutes 1..60   of faults (1)
  --hosts N         poller, scrape, hosts-down: a fleet of that size alone
  --rounds N        poller: rounds of a small fleet alone; hosts-down: rounds with faults (50)
  --only WORD       poller, scrape, hosts-down: parts whose name holds the word
`;

leaveNothing();
const { names, scope } = wanted();
const tools = await loadTools();
for (const [name, { named = false, run }] of Object.entries(benches))
  if (names.length === 0 ? !named : names.includes(name))
    await run(tools, scope).catch((error: unknown) => leave(1, `${name}: ${told(error)}\n`));

/** Reads the command line; who writes another one is told how it goes. */
function wanted(): { readonly names: readonly string[]; readonly scope: Scope } {
  try {
    const { positionals: names, values } = parseArgs({
      allowPositionals: true,
      options: {
        ...{ minutes: { type: "string", default: "1" }, only: { type: "string" } },
        ...{ hosts: { type: "string" }, rounds: { type: "string" } },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const unknown = names.find((name) => !(name in benches));
    if (unknown !== undefined) throw new Error(`there is no bench ${unknown}`);
    const minutes = Number(values.minutes);
    if (!(minutes > 0 && minutes <= 60)) throw new Error("--minutes must be above 0, at most 60");
    const hosts = whole("hosts", values.hosts, 20_000);
    const rounds = whole("rounds", values.rounds, 10_000);
    return { names, scope: { minutes, hosts, rounds, only: values.only } };
  } catch (error) {
    return leave(2, `${told(error)}\n${USAGE}`);
  }
}

function whole(flag: string, text: string | undefined, most: number): number | undefined {
  const value = Number(text ?? 1);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`--${flag} must be a whole number from 1 to ${most}`);
  return text === undefined ? undefined : value;
}

function leave(code: number, text: string): never {
  process.stderr.write(text);
  process.exit(code);
}

/** What is the matter, and what that comes from. */
function told(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
