/** The one door through which the agent sees its host: files, commands and the clock. */
import { ask } from "./ask.ts";
import { Commands } from "./commands.ts";
import { eachInTurns, Files } from "./files.ts";
import { Memos } from "./memo.ts";
import type { StatFs, System } from "./section.ts";

/** For an answer on a unix socket. */
const ASK_SECONDS = 5;
/** Where a service finds its programs that was given no PATH. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface SystemOptions {
  /** Folder that stands for "/"; with another, file systems' sizes come from its `statfs.json`. */
  readonly root?: string;
  /** Where commands are looked up; with a root of its own nothing is installed unless told. */
  readonly path?: string;
  /** Epoch seconds. */
  readonly now?: () => number;
  /** Descriptors kept open at most. */
  readonly maxKept?: number;
}

/** A system whose descriptors can be let go, and that knows what it was not let look at. */
export type OpenSystem = System & { denied(): readonly string[]; close(): void };

export function system({
  root = "/",
  path = root === "/" ? PATH : "",
  now = () => Date.now() / 1000,
  maxKept,
}: SystemOptions = {}): OpenSystem {
  const files = new Files({ root, ...(maxKept === undefined ? {} : { maxKept }) });
  const commands = new Commands(path);
  const memos = new Memos(now);
  return {
    now,
    read: (file, maxBytes) => files.read(file, maxBytes),
    readOnce: (file, maxBytes) => files.readOnce(file, maxBytes),
    readOwned: (file, maxBytes) => files.readOwned(file, maxBytes),
    readLong: (file, take) => files.readLong(file, take),
    readLink: (file) => files.readLink(file),
    stat: (file) => files.stat(file),
    list: (folder) => files.list(folder),
    isExecutable: (file) => files.isExecutable(file),
    eachInTurns,
    statfs: root === "/" ? (folder) => files.statfs(folder) : (folder) => pictured(files, folder),
    run: (command, options) => commands.run(command, options),
    ask: (socket, question, deadlineSeconds = ASK_SECONDS) =>
      ask(root.replace(/\/+$/, "") + socket, question, deadlineSeconds),
    memo: (key, options, make) => memos.get(key, options, make),
    denied: () => files.denied,
    close: () => files.close(),
  };
}

/** Size of a file system as the root's `statfs.json` has it: mount point to `StatFs`. */
function pictured(files: Files, folder: string): StatFs | undefined {
  const text = files.readOnce("/statfs.json");
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, StatFs>)[folder];
}
