/** Process groups: signals to all of one, and who of one is left. Source: kill(2), proc(5). */
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

/** After this, processes that are expected to die at once are looked at; then twice as long, ... */
const LOOK_SECONDS = 0.01;
/** How often processes that survived SIGKILL are looked at. */
const STUCK_LOOK_SECONDS = 1;
/** Processes looked at between two turns of the event loop. */
const PER_TURN = 16;
/** The fields up to the group take 60 bytes at most. */
const STAT_BYTES = 256;

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
  // A group stays there as long as nobody reaps its zombies; so look at who of it lives.
  let pids: readonly number[] | undefined;
  for (let wait = LOOK_SECONDS, waited = 0; ; waited += wait, wait *= 2) {
    await sleep(wait * 1000);
    if (!signalGroup(group, 0)) return undefined;
    pids = await living(group, pids ?? processes());
    if (pids.length === 0) return undefined;
    if (waited + wait >= seconds) return { pids, gone: gone(group, pids) };
  }
}

async function gone(group: number, pids: readonly number[]): Promise<void> {
  for (let left = pids; left.length > 0; left = await living(group, left)) {
    await sleep(STUCK_LOOK_SECONDS * 1000, undefined, { ref: false });
  }
}

const processes = (): readonly number[] =>
  readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));

async function living(group: number, pids: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const [i, pid] of pids.entries()) {
    if (lives(pid, group)) found.push(pid);
    if (i % PER_TURN === PER_TURN - 1) await turn();
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

const room = Buffer.alloc(STAT_BYTES);

function readStat(pid: number): string {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/stat`, "r");
    return room.toString("latin1", 0, readSync(file, room));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
