/** The command line of waitmax. */
import { constants } from "node:os";

export interface Request {
  readonly signal: number;
  readonly seconds: number;
  readonly command: readonly [string, ...string[]];
}

/** What is said instead of running anything, and whether it was asked for. */
export interface Notice {
  readonly text: string;
  readonly asked: boolean;
}

const USAGE = "usage: waitmax [-s SIGNUM] MAXTIME PROGRAM [ARGS...]";

const HELP = `${USAGE}

Runs PROGRAM for MAXTIME seconds at most (a fraction is fine), with /dev/null as its
stdin; its stdout and stderr are passed on as they come. When the time is up, PROGRAM
and all of its process group are sent a signal, then SIGCONT, and what is still there
shortly before 2 seconds have passed is sent SIGKILL. waitmax is back after MAXTIME + 2
seconds at the latest, even if PROGRAM cannot be killed. What PROGRAM leaves running in
its group when it ends is killed. A child that made a group or session of its own loses
the pipe, not its life.

  -s SIGNUM      number or name of the first signal; TERM unless told
  -h, --help     print this text
  -V, --version  print the version
Options end at MAXTIME: what follows PROGRAM belongs to PROGRAM.

exit code: that of PROGRAM, or
  255    the time was up
  253    PROGRAM cannot be started
  128+N  PROGRAM, or waitmax itself, was sent signal N
  1      wrong usage
`;

/** What a timer can hold; 24 days. */
const MAX_SECONDS = 2_147_483;
const SECONDS = /^(\d+\.?\d*|\.\d+)$/;

/**
 * Reads the arguments. By hand, because options end at the first word that is none, and because
 * a command line this short needs no package that takes longer to load than most programs run.
 */
export function parseUsage(args: readonly string[], version: string): Request | Notice {
  let signal: number | undefined = constants.signals.SIGTERM;
  let at = 0;
  for (let word; (word = args[at])?.startsWith("-"); at++) {
    if (word === "-h" || word === "--help") return { text: HELP, asked: true };
    if (word === "-V" || word === "--version") return { text: `waitmax ${version}\n`, asked: true };
    if (!word.startsWith("-s")) return wrong(`unknown option ${word}`);
    const name = word === "-s" ? args[++at] : word.slice(2);
    signal = signalNumber(name ?? "");
    if (signal === undefined) return wrong(`-s needs a signal, not "${name ?? ""}"`);
  }
  const [maxTime, program, ...rest] = args.slice(at);
  if (maxTime === undefined) return wrong("MAXTIME is missing");
  const seconds = SECONDS.test(maxTime) ? Number(maxTime) : NaN;
  if (!(seconds <= MAX_SECONDS))
    return wrong(`MAXTIME must be seconds up to ${MAX_SECONDS}, not "${maxTime}"`);
  if (program === undefined || program === "") return wrong("PROGRAM is missing");
  return { signal, seconds, command: [program, ...rest] };
}

const wrong = (what: string): Notice => ({ text: `waitmax: ${what}; ${USAGE}\n`, asked: false });

/** `9`, `KILL`, `SIGKILL`, `kill` -> 9. */
function signalNumber(name: string): number | undefined {
  const known: Readonly<Record<string, number>> = constants.signals;
  if (/^\d+$/.test(name)) return Object.values(known).find((number) => number === Number(name));
  return known[`SIG${name.toUpperCase().replace(/^SIG/, "")}`];
}
