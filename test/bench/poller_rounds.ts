/** What many rounds leave behind. */
import { join } from "node:path";
import { type Aim, aims } from "./aims.ts";
import { startChangingFleet } from "./fleet.ts";
import { firstRound, type Poller, polls, residentOf, startPoller } from "./poller_subject.ts";
import { descriptors, tree } from "./processes.ts";
import { freePort, progress, shared, sleep, table, type Server } from "./tools.ts";

const HOSTS = 200;
const OCTET = 10;
const ROUNDS = 100;
/** Seconds. */
const [INTERVAL, TIMEOUT] = [1, 0.9];
/** Of what was resident after a tenth of the rounds: V8 does not tidy up at once. */
const FLAT = 1.1;

/** Memory and descriptors of a poller of a small fleet after some rounds, each with other numbers. */
export async function benchRounds(folder: string, rounds = ROUNDS): Promise<void> {
  const fleet = { hosts: HOSTS, octet: OCTET, port: await freePort() };
  const farm = await startChangingFleet({ ...fleet, payload: join(shared, "payload60k.txt") });
  const poller = await startPoller({ folder, fleet, interval: INTERVAL, timeout: TIMEOUT });
  try {
    await firstRound(poller);
    const marks = [0.1, 0.5, 1].map((share) => Math.max(1, Math.ceil(rounds * share)));
    const rows: string[][] = [];
    const resident: number[] = [];
    for (const mark of marks) {
      progress(`rounds of ${HOSTS} hosts until ${mark} of ${rounds}`);
      await roundsDone(poller, mark, { hosts: HOSTS, interval: INTERVAL });
      resident.push(residentOf(poller));
      rows.push([
        ...[`after round ${mark}`, residentOf(poller).toFixed(0)],
        String(openIn(poller)),
      ]);
    }
    table(`${rounds} rounds of ${HOSTS} changing hosts, all series, one in ${INTERVAL} s`, [
      ["", "RSS MiB", "descriptors"],
      ...rows,
    ]);
    aims("what is aimed at", [flatness(marks, resident)]);
  } finally {
    await Promise.all([poller.stop(), farm.stop()]);
  }
}

/** What was resident after the last of some rounds over what was after the first. */
export const flatness = (marks: readonly number[], resident: readonly number[]): Aim => ({
  what: `RSS after round ${marks.at(-1)} over that after ${marks[0]}`,
  figure: (resident.at(-1) ?? NaN) / (resident[0] ?? NaN),
  ...{ atMost: FLAT, unit: "times", digits: 2 },
});

/** Descriptors that it and its children have open. */
export const openIn = ({ pid }: Server): number =>
  tree(pid).reduce((sum, each) => sum + descriptors(each), 0);

/** Resolves once so many rounds were polled, well or not, since the start. */
export async function roundsDone(
  poller: Poller,
  rounds: number,
  { hosts, interval }: { hosts: number; interval: number },
): Promise<void> {
  // A host that is late skips a turn: then rounds take longer.
  for (const end = Date.now() + rounds * interval * 3000; Date.now() < end;) {
    if ((await polls(poller, "any")) >= rounds * hosts) return;
    await sleep(interval / 2);
  }
  throw new Error(`${rounds} rounds were not done in three times their time`);
}
