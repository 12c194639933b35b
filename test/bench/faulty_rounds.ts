/** What many rounds with faults leave behind. */
import { join } from "node:path";
import { aims } from "./aims.ts";
import { everyFault } from "./fault_reasons.ts";
import { startFleet } from "./fleet.ts";
import { flatness, openIn, roundsDone } from "./poller_rounds.ts";
import { firstRound, residentOf, startPoller } from "./poller_subject.ts";
import { freePort, progress, shared, sleep, table } from "./tools.ts";

const OCTET = 10;
const ROUNDS = 50;
/** Seconds. */
const [INTERVAL, TIMEOUT] = [3, 2];
/** Connections of those who ask how it goes. */
const OURS = 2;

/** Memory and descriptors after rounds with every fault, and when nobody answers any more. */
export async function benchFaultyRounds(
  tools: string,
  {
    folder,
    hosts,
    rounds = ROUNDS,
  }: { folder: string; hosts: number; rounds?: number | undefined },
): Promise<void> {
  const fleet = { hosts, octet: OCTET, port: await freePort() };
  const poller = await startPoller({ folder, fleet, interval: INTERVAL, timeout: TIMEOUT });
  const rows: string[][] = [];
  const note = (what: string): { rss: number; open: number } => {
    const [rss, open] = [residentOf(poller), openIn(poller)];
    rows.push([what, rss.toFixed(0), String(open)]);
    return { rss, open };
  };
  const resident: number[] = [];
  try {
    // Nobody is there yet: each host is refused at once.
    await firstRound(poller);
    const before = note("before there are any hosts").open;
    const payload = join(shared, "payload60k.txt");
    const farm = await startFleet(tools, { ...fleet, payload, flags: everyFault });
    const marks = [0.1, 0.5, 1].map((share) => Math.max(1, Math.ceil(rounds * share)));
    try {
      for (const mark of marks) {
        progress(`rounds of ${hosts} hosts with faults until ${mark} of ${rounds}`);
        await roundsDone(poller, mark + 1, { hosts, interval: INTERVAL });
        resident.push(note(`after round ${mark}`).rss);
      }
    } finally {
      await farm.stop();
    }
    await sleep(INTERVAL * 2);
    const left = note("hosts gone, two rounds later").open - before;
    table(`${rounds} rounds of ${hosts} hosts, 4% of each fault, one in ${INTERVAL} s`, [
      ["", "RSS MiB", "descriptors"],
      ...rows,
    ]);
    aims("what is aimed at", [
      flatness(marks, resident),
      { what: "descriptors that are left open", figure: left, atMost: OURS, unit: "" },
    ]);
  } finally {
    await poller.stop();
  }
}
