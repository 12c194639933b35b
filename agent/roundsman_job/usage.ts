/** The command line of roundsman-job. */

export interface Request {
  readonly name: string;
  readonly stateDir: string;
  readonly command: readonly [string, ...string[]];
}

/** What is said instead of running anything, and whether it was asked for. */
export interface Notice {
  readonly text: string;
  readonly asked: boolean;
}

const USAGE = "usage: roundsman-job [--state-dir DIR] NAME PROGRAM [ARGS...]";

const HELP = `${USAGE}

Runs PROGRAM as if it were called itself, and leaves in DIR/job/USER/NAME how it fared, for
the agent's section "job": when it began, its exit code, and the time, memory and reads and
writes it took. While it runs there is NAME.PIDrunning. PROGRAM is run even if nothing can be
written there. All is measured by time(1); where that is not installed, times are exact and
the memory is that of PROGRAM alone, looked at once a second, and the rest is missing.

  --state-dir DIR  state folder of the agent; ROUNDSMAN_AGENT_STATE_DIR or MK_VARDIR unless
                   told, or /var/lib/roundsman
  -h, --help       print this text
  -V, --version    print the version
Options end at NAME: what follows PROGRAM belongs to PROGRAM.

exit code: that of PROGRAM, or
  125    wrong usage
  126    PROGRAM is there and cannot be run
  127    PROGRAM is not there
  128+N  PROGRAM died of signal N
`;

const DEFAULT_STATE = "/var/lib/roundsman";
const MAX_NAME = 200;

/** Reads the arguments by hand, as waitmax does: a job must not wait for packages to load. */
export function parseUsage(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Request | Notice {
  const [told = DEFAULT_STATE] = [env["ROUNDSMAN_AGENT_STATE_DIR"], env["MK_VARDIR"]].filter(
    Boolean,
  );
  let stateDir = told;
  let at = 0;
  for (let word; (word = args[at])?.startsWith("-"); at++) {
    if (word === "-h" || word === "--help") return { text: HELP, asked: true };
    if (word === "-V" || word === "--version")
      return { text: `roundsman-job ${version}\n`, asked: true };
    const option = /^--state-dir(?:=(.*))?$/s.exec(word);
    if (!option) return wrong(`unknown option ${word}`);
    stateDir = option[1] ?? args[++at] ?? "";
    if (stateDir === "") return wrong("--state-dir needs a folder");
  }
  const [name = "", program = "", ...rest] = args.slice(at);
  if (name === "") return wrong("NAME is missing");
  const fault = faultOf(name);
  if (fault !== undefined) return wrong(`NAME ${fault}`);
  if (program === "") return wrong("PROGRAM is missing");
  return { name, stateDir, command: [program, ...rest] };
}

/** A name is that of a file, and stands on a line of the report. */
function faultOf(name: string): string | undefined {
  if (/[/\p{Cc}]/u.test(name)) return "must hold neither slashes nor control characters";
  if (name.startsWith(".")) return "must not begin with a dot";
  if (/\.\d*running$/.test(name)) return "must not end as those of running jobs do";
  if (Buffer.byteLength(name) > MAX_NAME) return `must not be longer than ${MAX_NAME} bytes`;
  return undefined;
}

const wrong = (what: string): Notice => ({
  text: `roundsman-job: ${what}; ${USAGE}\n`,
  asked: false,
});
