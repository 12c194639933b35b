/** Mails that wait in a folder. */
import type { System } from "../section.ts";

export interface Queue {
  readonly mails: number;
  /** With the folders themselves, as du(1) has it. */
  readonly kib: number;
  /** Why this is not all. */
  readonly error?: string;
}

/** Beyond that no more folders of a queue are looked into. */
const MAX_FILES = 100_000;

/** Whether there is such a folder. Throws where it may not be entered. */
export function canEnter(system: System, folder: string): boolean {
  if (!system.stat(folder)) return false;
  // Who may not enter a folder does not find its own dot there.
  if (!system.stat(`${folder}/.`)) throw new Error(`${folder}: permission denied`);
  return true;
}

/** Of a folder and all below it; `undefined` where there is none. Throws where it may not be entered. */
export async function queueIn(
  system: System,
  folder: string,
  maxFiles = MAX_FILES,
): Promise<Queue | undefined> {
  if (!canEnter(system, folder)) return undefined;
  const folders = [folder];
  let [seen, mails, bytes] = [0, 0, 0];
  const counted = (): Queue => ({ mails, kib: Math.ceil(bytes / 1024) });
  for (const place of folders) {
    if (seen > maxFiles) return { ...counted(), error: `${folder}: not all of it is counted` };
    bytes += system.stat(place)?.diskBytes ?? 0;
    await system.eachInTurns(system.list(place), (name) => {
      seen++;
      const about = system.stat(`${place}/${name}`);
      if (about?.kind === "folder") folders.push(`${place}/${name}`);
      else bytes += about?.diskBytes ?? 0;
      if (about?.kind === "file") mails++;
    });
  }
  return counted();
}
