/** How one round went, host by host. */
import { hostName, type Poller } from "./poller_subject.ts";
import { sleep } from "./tools.ts";

/** The end of a host's poll. */
export interface Ended {
  /** Its number in the farm. */
  readonly host: number;
  /** Epoch seconds. */
  readonly at: number;
  readonly startedAt: number;
  /** Why it failed; `ok` if it did not. */
  readonly reason: string;
}

interface Told {
  /** The latest first. */
  readonly polls: readonly Poll[];
}

interface Poll {
  /** Its end, in epoch seconds. */
  readonly at: number;
  /** Without those that it waited for the poller. */
  readonly seconds: number;
  readonly reason?: string;
  readonly phases?: { readonly wait: number };
}

const AT_ONCE = 4;
/** Seconds past the timeout: until then nobody is asked, so that nothing is delayed by it. */
const PATIENCE = 2;
const MAX_SECONDS = 60;
/** A poller starts polling a little before it says that it serves. */
const EARLY = 1;

/**
 * The first poll of each host that ended after a moment; resolves when there is one of each. Those
 * that were under way before are left out.
 */
export async function roundOf(
  poller: Poller,
  hosts: number,
  began: number,
  timeout: number,
): Promise<readonly Ended[]> {
  const all: Ended[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < hosts) all.push(await pollOf(poller, next++, began));
  };
  await sleep(Math.max(0, began + timeout + PATIENCE - Date.now() / 1000));
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return all.filter(({ startedAt }) => startedAt > began - EARLY);
}

async function pollOf({ url }: Poller, host: number, began: number): Promise<Ended> {
  for (const end = Date.now() + MAX_SECONDS * 1000; Date.now() < end;) {
    const response = await fetch(`${url}/api/v1/hosts/${hostName(host)}`);
    const { polls } = (await response.json()) as Told;
    const first = polls.findLast(({ at }) => at >= began);
    if (first)
      return { host, at: first.at, startedAt: startOf(first), reason: first.reason ?? "ok" };
    await sleep(0.5);
  }
  throw new Error(`${hostName(host)} is not polled`);
}

const startOf = ({ at, seconds, phases }: Poll): number => at - seconds - (phases?.wait ?? 0);
