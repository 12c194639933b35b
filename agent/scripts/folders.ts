/** The scripts of a plugins or local folder, as they are there right now. */
import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { printRun } from "./printed.ts";
import { asUser } from "./runas.ts";
import type { FolderKind, Found, Script } from "./script.ts";

/** Of one folder; what is beyond is a mistake such as a folder of all programs. */
const MAX_SCRIPTS = 500;
/** The name of a folder whose scripts run every so many seconds. */
export const INTERVAL = /^[1-9]\d{0,8}$/;
/** What editors and package managers leave beside a script, and hidden files. */
const LEFTOVER = /^\.|~$|\.dpkg-/;

export interface Folder {
  readonly kind: FolderKind;
  readonly path: string;
  /** What the names of its scripts begin with. */
  readonly label: string;
  /** Who runs them; `-`: whoever the agent is. */
  readonly user: string;
}

/** Looks through a folder and the `N/` folders in it. Never rejects. */
export async function findScripts({ kind, path, label, user }: Folder): Promise<Found> {
  const scripts: Script[] = [];
  const faults = new Map<string, string>();
  const print = printRun(kind);
  const look = async (below: string): Promise<string[]> => {
    const { executables, folders, fault } = await listFolder(join(path, below));
    const place = join(label, below);
    if (fault !== undefined) faults.set(place, fault);
    if (executables.length > MAX_SCRIPTS)
      faults.set(place, `only the first ${MAX_SCRIPTS} of its executables are run`);
    for (const file of executables.slice(0, MAX_SCRIPTS)) {
      const command = asUser(user, [join(path, below, file)]);
      const script = { kind, name: join(place, file), command, cwd: path, print };
      scripts.push(below === "" ? script : { ...script, interval: Number(below) });
    }
    return folders;
  };
  for (const name of await look("")) {
    if (INTERVAL.test(name)) await look(name);
    else if (/^[1-9]/.test(name)) faults.set(join(label, name), "is not a number of seconds");
  }
  return { scripts, faults };
}

interface Listing {
  readonly executables: string[];
  readonly folders: string[];
  readonly fault?: string;
}

async function listFolder(path: string): Promise<Listing> {
  const listing: Listing = { executables: [], folders: [] };
  try {
    const wanted = scriptNames(await readdir(path));
    const kinds = await Promise.all(wanted.map((name) => kindOf(join(path, name))));
    for (const [i, name] of wanted.entries()) {
      if (kinds[i] === "folder") listing.folders.push(name);
      if (kinds[i] === "executable") listing.executables.push(name);
    }
    return listing;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? listing : { ...listing, fault: message };
  }
}

/** In order, without what is there for another purpose than to be run. */
export const scriptNames = (names: readonly string[]): string[] =>
  names.filter((name) => !LEFTOVER.test(name) && !isSpare(name, names)).sort();

/** `foo_2.py` is for hosts that have no Python 3 to run the `foo.py` beside it. */
const isSpare = (name: string, names: readonly string[]): boolean =>
  name.endsWith("_2.py") && names.includes(`${name.slice(0, -"_2.py".length)}.py`);

/** Links are followed. */
async function kindOf(path: string): Promise<"folder" | "executable" | undefined> {
  try {
    const about = await stat(path);
    if (about.isDirectory()) return "folder";
    if (!about.isFile()) return undefined;
    await access(path, constants.X_OK);
    return "executable";
  } catch {
    return undefined;
  }
}
