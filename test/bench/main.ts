import { parseArgs } from "node:util";
import { loadTools } from "./tools.ts";

interface Bench {
  /** Whether it runs only when it is named. */
  readonly named?: boolean;
  readonly run: (tools: string, minutes: number) => Promise<void>;
}

/** The benches by name; each prints its own tables. */
const benches: Readonly<Record<string, Bench>> = {
  agent: { run: async (tools) => (await import("./agent.ts")).benchAgent(tools) },
  peers: { run: async (tools) => (await import("./peers.ts")).benchPeers(tools) },
  poller: { run: async (tools) => (await import("./poller.ts")).benchPoller(tools) },
  faults: {
    named: true,
    run: async (tools, minutes) => (await import("./faults.ts")).benchFaults(tools, minutes),
  },
};

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "1" } },
});
const minutes = Number(values.minutes);
const unknown = names.find((name) => !(name in benches));
if (unknown !== undefined || !(minutes > 0 && minutes <= 60)) {
  const known = Object.keys(benches).join(", ");
  process.stderr.write(`usage: npm run bench -- [${known}] [--minutes 1..60, of faults]\n`);
  process.exit(2);
}
const tools = await loadTools();
for (const [name, { named = false, run }] of Object.entries(benches))
  if (names.length === 0 ? !named : names.includes(name)) await run(tools, minutes);
