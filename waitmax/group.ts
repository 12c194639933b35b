/** Process groups: signals to all of one, and who of one is left. Source: kill(2), proc(5). */
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

/** How often processes that are expected to die at once are looked at. */
const LOOK_SECONDS = 0.01;
/** How often processes that survived SIGKILL are looked at. */
const STUCK_LOOK_SECONDS = 1;
/** Processes looked at between two turns of the event loop. */
const PER_TURN = 32;

/** Processes of a killed group that still live, as those in uninterruptible sleep do. */
export interface Stuck {
  readonly pids: readonly number[];
  /** Resolves when none of them lives any more. */
  readonly gone: Promise<void>;
}

/**
 * Sends a signal to every process of a group; signal 0 only asks. Whether there is such a group. Its
 * number is free for others as soon as nobody is left in it: no signal but 0 may be sent later than
 * at the moment in which its leader is reaped.
 */
export function signalGroup(group: number, signal: NodeJS.Signals | number): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Who of a group that has been sent SIGKILL still lives after some seconds. */
export async function survivors(group: number, seconds: number): Promise<Stuck | undefined> {
  if (!signalGroup(group, 0)) return undefined;
  await sleep(LOOK_SECONDS * 1000);
  if (!signalGroup(group, 0)) return undefined;
  // A group stays there as long as nobody reaps its zombies; so look at who of it lives.
  let pids = await living(group);
  for (let waited = LOOK_SECONDS; pids.length > 0 && waited < seconds; waited += LOOK_SECONDS) {
    await sleep(LOOK_SECONDS * 1000);
    pids = pids.filter((pid) => lives(pid, group));
  }
  return pids.length === 0 ? undefined : { pids, gone: gone(group, pids) };
}

async function gone(group: number, pids: readonly number[]): Promise<void> {
  while (pids.some((pid) => lives(pid, group))) {
    await sleep(STUCK_LOOK_SECONDS * 1000, undefined, { ref: false });
  }
}

async function living(group: number): Promise<number[]> {
  const found: number[] = [];
  let looked = 0;
  for (const pid of readdirSync("/proc").map(Number)) {
    if (Number.isNaN(pid)) continue;
    if (lives(pid, group)) found.push(pid);
    if (++looked % PER_TURN === 0) await turn();
  }
  return found;
}

/** Whether a process belongs to the group and is neither a zombie nor dead. */
function lives(pid: number, group: number): boolean {
  const stat = readStat(pid);
  // The name in parentheses may itself hold blanks and parentheses.
  const [state = "", , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(pgrp) === group && !"ZXx".includes(state);
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return "";
  }
}
