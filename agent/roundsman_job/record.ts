/**
 * The files of a job: `NAME.PIDrunning` while it runs, `NAME` of when it last ended. Each is there
 * whole or not at all, so that whoever reads them understands them, whenever we are killed.
 */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

export interface JobRecord {
  /** Beside the files, for whoever measures. */
  readonly draft: string;
  /** `lines` tell how it ended. */
  end(lines: string): void;
}

/** What runs a job has this in its command line. */
const RUNNERS = /roundsman[-_]job|mk-job/;

/** The folder of the user who we are, for jobs that are told by the agent at `stateDir`. */
export const jobFolder = (stateDir: string): string => join(stateDir, "job", userName());

/** Says that a job begins now; `at` is epoch seconds. Throws where it cannot be said. */
export function begin(folder: string, name: string, at: number): JobRecord {
  mkdirSync(folder, { recursive: true });
  refuseOthers(folder);
  removeLeftBehind(folder, name);
  const draft = join(folder, `.${name}.${process.pid}`);
  const running = join(folder, `${name}.${process.pid}running`);
  const start = `start_time ${at}\n`;
  const put = (path: string, text: string): void => {
    writeFileSync(draft, text);
    renameSync(draft, path);
  };
  put(running, start);
  return {
    draft,
    end(lines) {
      put(join(folder, name), start + lines);
      rmSync(running, { force: true });
    },
  };
}

/** What somebody else may have put there is not to be written to, wherever it leads. */
function refuseOthers(folder: string): void {
  const about = lstatSync(folder);
  if (!about.isDirectory() || about.uid !== process.geteuid?.())
    throw new Error(`${folder} is not a folder of our own`);
}

/** Files of earlier runs that were killed before they could end. */
function removeLeftBehind(folder: string, name: string): void {
  for (const file of readdirSync(folder)) {
    const [running, draft] = [`${name}.`, `.${name}.`];
    const rest = file.startsWith(running)
      ? /^(\d+)running$/.exec(file.slice(running.length))
      : file.startsWith(draft)
        ? /^(\d+)$/.exec(file.slice(draft.length))
        : undefined;
    const pid = rest?.[1];
    if (pid !== undefined && !RUNNERS.test(commandLine(pid)))
      rmSync(join(folder, file), { force: true });
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

/** A user that nobody knows by name is known by number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.());
  }
}
