/**
 * A farm whose hosts never say the same twice: `HOSTS OCTET PORT PAYLOAD`, at the addresses of the C
 * farm. All that is served is made beforehand, so that it costs little.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fleetAddress } from "./fleet.ts";
import { laterReport } from "./variants.ts";

const VARIANTS = 16;
/** It ends by then whoever forgets it. */
const MAX_SECONDS = 3600;

const [hosts = 0, octet = 0, port = 0] = process.argv.slice(2, 5).map(Number);
const payload = readFileSync(process.argv[5] ?? "", "latin1").replace("@@HOST@@", "changing");
const reports = Array.from({ length: VARIANTS }, (_, step) =>
  Buffer.from(laterReport(payload, step), "latin1"),
);

const listen = (index: number): Promise<void> =>
  new Promise((done, fail) => {
    let next = index;
    createServer((socket) => {
      socket.on("error", () => undefined).resume();
      socket.end(reports[next++ % VARIANTS] ?? "");
    })
      .on("error", fail)
      .listen({ port, host: fleetAddress(octet, index), backlog: 1024 }, done);
  });

await Promise.all(Array.from({ length: hosts }, (_, index) => listen(index)));
process.on("SIGTERM", () => process.exit(0));
setTimeout(() => process.exit(0), MAX_SECONDS * 1000);
process.stdout.write("the farm is ready\n");
