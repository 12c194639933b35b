/** The least that polling can cost on Node: connects to each host of a farm, reads, forgets. */
import { connect } from "node:net";
import { fleetAddress } from "./fleet.ts";

const [hosts = 0, octet = 0, port = 0, rounds = 0, concurrency = 0] = process.argv
  .slice(2)
  .map(Number);

const fetchOne = (index: number): Promise<void> =>
  new Promise((done) => {
    connect(port, fleetAddress(octet, index))
      .on("data", () => undefined)
      .on("error", () => undefined)
      .on("close", () => done());
  });

let next = 0;
async function work(): Promise<void> {
  while (next < hosts * rounds) await fetchOne(next++ % hosts);
}

const began = performance.now();
const before = process.cpuUsage();
await Promise.all(Array.from({ length: concurrency }, work));
const { user, system } = process.cpuUsage(before);
const fetches = hosts * rounds;
process.stdout.write(
  `${JSON.stringify({
    cpuMs: (user + system) / 1000 / fetches,
    perSecond: (fetches / (performance.now() - began)) * 1000,
  })}\n`,
);
