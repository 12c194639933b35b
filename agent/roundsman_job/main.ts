#!/usr/bin/env -S node --max-semi-space-size=1 --max-old-space-size=64 --optimize-for-size
/** The command `roundsman-job`: see usage.ts. */
import { constants } from "node:os";
import { follow } from "../../waitmax/follow.ts";
import { version } from "../version.ts";
import { measure, type Measure } from "./measure.ts";
import { begin, jobFolder, type JobRecord } from "./record.ts";
import { parseUsage, type Request } from "./usage.ts";

const WRONG_USAGE = 125;
const CANNOT_BE_RUN = 126;
const NOT_THERE = 127;
const DIED_OF = 128;
const PASSED_ON = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
/** A terminal sends these to all of a process group, the program among them. */
const OF_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];

const warn = (line: string): boolean => process.stderr.write(`roundsman-job: ${line}\n`);

/** Whatever keeps a job from being recorded does not keep it from being done. */
function recordOf({ stateDir, name }: Request): JobRecord | undefined {
  try {
    return begin(jobFolder(stateDir), name, Math.floor(Date.now() / 1000));
  } catch (error) {
    warn(`${name} is run but not recorded: ${(error as Error).message}`);
    return undefined;
  }
}

function end(record: JobRecord, lines: string): void {
  try {
    record.end(lines);
  } catch (error) {
    warn(`how it ended is not recorded: ${(error as Error).message}`);
  }
}

function passOn(programPid: () => number): void {
  const interactive = process.stdin.isTTY || process.stderr.isTTY;
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      if (interactive && OF_TERMINAL.includes(signal)) return;
      try {
        process.kill(programPid(), signal);
      } catch {
        // It has ended in this moment, and we are about to.
      }
    });
  }
}

async function run(command: Measure["command"], started: Measure["started"]): Promise<number> {
  const { pid, ended } = follow(command);
  if (pid !== undefined) passOn(started(pid));
  const end = await ended;
  if (!("failedToStart" in end))
    return end.signal ? DIED_OF + constants.signals[end.signal] : (end.exitCode ?? 0);
  warn(`${command[0]} cannot be run: ${end.failedToStart.message}`);
  return end.failedToStart.code === "ENOENT" ? NOT_THERE : CANNOT_BE_RUN;
}

const request = parseUsage(process.argv.slice(2), process.env, version);
if ("text" in request) {
  (request.asked ? process.stdout : process.stderr).write(request.text);
  process.exitCode = request.asked ? 0 : WRONG_USAGE;
} else {
  const record = recordOf(request);
  const meter = record && measure(request.command, record.draft);
  const code = await run(meter?.command ?? request.command, meter?.started ?? ((pid) => () => pid));
  if (record && meter) end(record, `exit_code ${code}\n${meter.ended()}`);
  process.exitCode = code;
}
