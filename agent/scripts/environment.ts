/** The environment of scripts, named as those that were written for Checkmk's agent expect it. */
import { accessSync, constants } from "node:fs";
import { dirname, join } from "node:path";

export interface Folders {
  readonly pluginsDir: string;
  readonly configDir: string;
  readonly stateDir: string;
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What is meant for this process and not for those it starts. */
const OWN = /^(ROUNDSMAN_|NODE_|npm_)/;

/** `inherited` is the environment of the agent itself: what is set for it reaches its scripts. */
export function environment(
  { pluginsDir, configDir, stateDir }: Folders,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !OWN.test(name)) env[name] = value;
  }
  const path = env["PATH"] ?? PATH;
  return {
    MK_BIN: "/usr/bin",
    MK_LIBDIR: dirname(pluginsDir),
    MK_LOGDIR: join(stateDir, "log"),
    ...env,
    MK_CONFDIR: configDir,
    MK_VARDIR: stateDir,
    PATH: path,
    PYTHON3: find("python3", path) ?? "",
    REMOTE: "",
    LC_ALL: "C.UTF-8",
  };
}

/** As execvp(3) does. */
const find = (program: string, path: string): string | undefined =>
  path
    .split(":")
    .map((folder) => join(folder, program))
    .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
