/**
 * mrpe.cfg: checks made for Nagios, a line each: `ITEM [(option:…)] COMMAND…`. The command is run by
 * a shell. Of the options `interval=SECONDS` counts, others pass.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { formatHeader, type Cached } from "../../wire/header.ts";
import { readConfig, type ConfigLine } from "../config_file.ts";
import { INTERVAL } from "./folders.ts";
import { asUser } from "./runas.ts";
import type { Found, Run, Script } from "./script.ts";

/** OK, WARN, CRIT, UNKNOWN. */
const STATES = [0, 1, 2, 3];
const UNKNOWN = 3;
const HEADER = `${formatHeader("mrpe")}\n`;
/** Of one file; what is beyond is a mistake. */
const MAX_CHECKS = 500;
/** Lines were written for bash; where there is none they may do with less. */
const SHELL = ["/bin/bash", "/bin/sh"].find((path) => existsSync(path)) ?? "sh";

export interface MrpeFile {
  readonly path: string;
  /** What the names of its checks begin with. */
  readonly label: string;
  /** Who runs them; `-`: whoever the agent is. */
  readonly user: string;
}

/** The checks of a file that need not be there. Never rejects. */
export async function findChecks({ path, label, user }: MrpeFile): Promise<Found> {
  const { lines, fault } = await readConfig(path);
  const faults = new Map<string, string>();
  const scripts = lines.slice(0, MAX_CHECKS).flatMap((line) => {
    const check = parseCheck(line.text);
    if (check.fault !== undefined) faults.set(line.place, check.fault);
    return check.command === "" ? [] : [scriptOf(check, label, user)];
  });
  if (lines.length > MAX_CHECKS)
    faults.set(basename(path), `only the first ${MAX_CHECKS} of its checks are run`);
  if (fault !== undefined) faults.set(basename(path), fault);
  return { scripts, faults };
}

export interface Check {
  /** As it is to be sent: blanks are written as `%20`. */
  readonly item: string;
  /** For a shell; empty where there is none. */
  readonly command: string;
  readonly interval?: number;
  readonly fault?: string;
}

/** Reads a line; the options end at the first `)` that a blank follows. */
export function parseCheck(line: ConfigLine["text"]): Check {
  const [, item = line, rest = ""] = /^(\S+)\s+(.*)$/s.exec(line) ?? [];
  const [block = "", options = ""] = /^\((.*?)\)(?:[ \t]+|$)/.exec(rest) ?? [];
  const bare = rest.slice(block.length);
  // A whole command in parentheses is a command.
  const command = bare === "" && !options.includes("interval=") ? rest : bare;
  if (command === "") return { item, command, fault: "has no command" };
  const given = options.split(":").find((option) => option.startsWith("interval="));
  if (given === undefined) return { item, command };
  const seconds = given.slice("interval=".length);
  if (INTERVAL.test(seconds)) return { item, command, interval: Number(seconds) };
  return { item, command, fault: `${given} is not a number of seconds` };
}

function scriptOf({ item, command, interval }: Check, label: string, user: string): Script {
  return {
    kind: "mrpe",
    name: `${label}/${item}`,
    command: asUser(user, [SHELL, "-c", command]),
    cwd: "/",
    ...(interval === undefined ? {} : { interval }),
    accept: STATES,
    print: (run) => HEADER + checkLine(item, command, run),
  };
}

/** `[cached(at,interval) ](command) ITEM STATE output`; a check that did not end says so itself. */
export function checkLine(item: string, command: string, { outcome, fault, cached }: Run): string {
  const { exitCode, stdout, stderr, timedOut, tooLarge } = outcome;
  const ended = exitCode !== undefined && !timedOut && !tooLarge;
  const said =
    stdout.toString("latin1").trimEnd() || latin1(stderr.trim().split("\n").at(-1) ?? "");
  const [state, output] = ended ? [exitCode, said] : [UNKNOWN, `UNKNOWN - ${latin1(fault ?? "")}`];
  const name = basename(/^\S+/.exec(command)?.[0] ?? "").replace(/[()"']/g, "");
  const text = output.replaceAll("\0", "").replaceAll("\n", "\x01");
  return `${age(cached)}(${latin1(name)}) ${latin1(item)} ${state} ${text}\n`;
}

const age = (cached: Cached | undefined): string =>
  cached ? `cached(${cached.at},${cached.interval}) ` : "";

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
