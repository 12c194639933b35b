/**
 * How jobs that run now and then fared: `==> NAME <==` before what each left behind. A job's file
 * counts only if it belongs to the user whose folder it is in: those may write there what they like.
 *
 * Source: job/USER/NAME in the state folder
 */
import { printable } from "../readings/printable.ts";
import type { AgentSection, Body, System } from "../section.ts";
import { userNames } from "../readings/users.ts";
import type { Facts } from "./check_mk.ts";

const MAX_JOBS = 1000;
/** A job says little of itself; what is longer was not written for us. */
const MAX_BYTES = 4096;

interface JobFile {
  readonly name: string;
  readonly user: string;
  readonly uid: string;
  readonly text: string;
}

export const job = ({ stateDir }: Pick<Facts, "stateDir">): AgentSection => ({
  name: "job",
  async collect(system): Promise<Body | undefined> {
    const folder = `${stateDir}/job`;
    if (!system.stat(folder)) return undefined;
    const { files, left } = await read(system, folder);
    const uids = files.map(({ uid }) => uid);
    const nameOf = await userNames(system, uids);
    const own = files.filter(({ user, uid }) => user === (nameOf(uid) ?? uid));
    const text = own.map(block).join("");
    return [left > 0 ? { text, error: `only the first ${MAX_JOBS} jobs are told` } : { text }];
  },
});

/** Files of all users, and how many there are beyond the bound. */
async function read(system: System, folder: string): Promise<{ files: JobFile[]; left: number }> {
  // A link may lead to where reading never ends.
  const users = system
    .list(folder)
    .filter((user) => system.stat(`${folder}/${user}`)?.kind === "folder");
  const all = users.flatMap((user) =>
    system
      .list(`${folder}/${user}`)
      .filter((name) => !name.startsWith("."))
      .map((name) => ({ user, name })),
  );
  const files: JobFile[] = [];
  await system.eachInTurns(all.slice(0, MAX_JOBS), ({ user, name }) => {
    const file = system.readOwned(`${folder}/${user}/${name}`, MAX_BYTES);
    if (file) files.push({ name, user, ...file });
  });
  return { files, left: all.length - MAX_JOBS };
}

const block = ({ name, text }: JobFile): string =>
  `==> ${printable(name)} <==\n${text}${text === "" || text.endsWith("\n") ? "" : "\n"}`;
