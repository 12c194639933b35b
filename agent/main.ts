#!/usr/bin/env -S node --max-semi-space-size=2 --max-old-space-size=128 --v8-pool-size=1
/** roundsman-agent: `serve` answers on TCP 6556, `print` writes one report. */
import { fstatSync, statSync } from "node:fs";
import { machine } from "node:os";
import type { Command } from "commander";
import { endAll } from "../waitmax/run.ts";
import { Collector } from "./collector.ts";
import { environment } from "./scripts/environment.ts";
import { Exclusions } from "./exclusions.ts";
import {
  allowListOf,
  decodeOptions,
  refuseUnguarded,
  type Flags,
  type Options,
} from "./options.ts";
import { DEFAULT_PLACE, formatPlace } from "./place.ts";
import type { Account, Report } from "./report.ts";
import { scripts } from "./scripts/scripts.ts";
import type { Sealer } from "./sealer.ts";
import { sections } from "./sections/index.ts";
import { system } from "./system.ts";
import { UsageError } from "./usage.ts";
import { becomeUser, lacks } from "./user.ts";
import { version } from "./version.ts";

// Many a file that a section looks for is not there: each time costs an error, and its stack the most.
Error.stackTraceLimit = 0;

const FAILED = 1;
const WRONG_USAGE = 2;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const warn = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Collects on the tick and answers until a signal comes. */
async function serve(options: Options): Promise<void> {
  for (const folder of [options.pluginsDir, options.localDir].filter(isOpenToAll))
    warn(`${folder} can be written by everybody: so everybody can run programs as this agent`);
  const { ReportServer } = await import("./server.ts");
  const systemd = (await import("./systemd.ts")).systemd(process.env, process.pid);
  const sealer = await sealerOf(options);
  const { tls: files } = options;
  const tls = files && new (await import("./tls.ts")).TlsDoor(files, warn);
  const guarded = sealer !== undefined || tls !== undefined;
  refuseUnguarded(options, { guarded });
  const server = new ReportServer({
    ...options,
    polled: () => collector.polled(),
    allow: allowListOf(options),
    sealer,
    tls,
    warn,
  });
  const { collector, ...work } = workOf(
    options,
    (report) => server.offer(report),
    () => tls?.accounts() ?? [],
  );
  const stop = async (): Promise<never> => {
    systemd.stopping();
    await Promise.all([work.stop(), server.close()]);
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop()).once("SIGINT", () => void stop());
  const given = [...options.listen, ...systemd.sockets];
  const listening = [];
  for (const endpoint of given.length > 0 ? given : [DEFAULT_PLACE])
    listening.push(await server.listen(endpoint));
  refuseUnguarded(options, { guarded, places: listening });
  if (options.user !== undefined) becomeUser(options.user);
  await collector.start();
  systemd.ready();
  say(
    `ready: listening on ${listening.map(formatPlace).join(" and ")}, ` +
      `plugins from ${options.pluginsDir}, ` +
      `local checks from ${options.localDir}`,
  );
}

/** Collects once, waits for all of it, and writes the report to stdout. */
async function print(options: Options): Promise<void> {
  if (fstatSync(0).isSocket()) meetClient(options);
  const sealer = await sealerOf(options);
  const work = workOf(options);
  await work.collector.collect();
  await work.collector.settled();
  const bytes = work.collector.report?.bytes ?? Buffer.alloc(0);
  const text = sealer ? sealer.seal(bytes) : bytes;
  const failed = await new Promise((done) => process.stdout.write(text, done));
  if (!failed) work.collector.report?.delivered();
  await work.stop();
  process.exit(0);
}

/** For `print` under a systemd socket with Accept=yes: its stdin and stdout are the client. */
function meetClient(options: Options): void {
  // Who says something takes it for a failure when nobody has listened.
  process.stdin.on("error", ignore).resume();
  if (options.tls) throw new UsageError("print speaks no TLS: serve does");
  const { remoteAddress: address } = process.stdin;
  if (address !== undefined && allowListOf(options)?.has(address) === false)
    throw new UsageError(`refused ${address}: not in --only-from`);
}

async function sealerOf(options: Options): Promise<Sealer | undefined> {
  const { secretOf } = await import("./secret.ts");
  const secret = secretOf(options);
  if (!secret) return undefined;
  const { Sealer } = await import("./sealer.ts");
  return Sealer.create(secret.id, secret.passphrase);
}

const ignore = (): void => undefined;

const isOpenToAll = (folder: string): boolean =>
  ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & 0o002) !== 0;

interface Work {
  readonly collector: Collector;
  stop(): Promise<void>;
}

function workOf(
  options: Options,
  publish?: (report: Report) => Promise<void>,
  accounts?: () => readonly Account[],
): Work {
  const exclusions = new Exclusions(options.configDir);
  const catalogue = sections({ version, machine: machine(), ...options }).map((section) =>
    exclusions.of(section),
  );
  const executables = scripts({ ...options, env: environment(options, process.env) });
  const host = system();
  const collector = new Collector({
    system: host,
    sections: catalogue,
    scripts: executables,
    intervalSeconds: options.interval,
    ...(publish && { publish }),
    accounts: () => [
      ...exclusions.accounts(),
      ...lacks(options, host.denied()),
      ...(accounts?.() ?? []),
    ],
  });
  const stop = async (): Promise<void> => {
    collector.stop();
    await executables.stop();
    endAll();
  };
  return { collector, stop };
}

const and = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** What both commands need to know. */
const withFolders = (command: Command): Command =>
  command
    .option("--only-from <cidr,...>", "addresses and networks that may fetch; repeatable", and)
    .option("--plugins <dir>", "executables that print sections (/usr/lib/roundsman/plugins)")
    .option("--local <dir>", "executables that print local checks (/usr/lib/roundsman/local)")
    .option("--config-dir <dir>", "configuration of the executables (/etc/roundsman)")
    .option("--state-dir <dir>", "state of the executables (/var/lib/roundsman)")
    .option("--container <word>", "whether this is a container: auto, yes or no (auto)")
    .option(
      "--checkmk-compatible [version]",
      "pass for Checkmk's agent of this version, in its folders (2.4.0p21)",
    )
    .option("--encryption-passphrase-file <file>", "encrypt reports with the passphrase in it")
    .option("--encryption-id <id>", "how: 05, 04, 03, 02 or 00 (05)");

const HELP = `
Defaults are in parentheses. Each flag of "serve" and "print" may be set in the environment instead,
as ROUNDSMAN_AGENT_ONLY_FROM for --only-from. The folders are also taken from MK_LIBDIR, MK_CONFDIR
and MK_VARDIR.`;

async function main(): Promise<void> {
  const { Command } = await import("commander");
  const program = new Command("roundsman-agent")
    .description("Says how this host fares, in sections of text, to whoever connects.")
    .version(version)
    .showSuggestionAfterError(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE))
    .addHelpText("after", HELP);
  withFolders(program.command("serve").description("collect on the tick and answer on TCP"))
    .option("--listen <place>", "ADDR:PORT or unix:PATH; repeatable (127.0.0.1:6556)", and)
    .option("--tls-cert <file>", "answer with TLS; repeatable, chosen by the name asked for", and)
    .option("--tls-key <file>", "key of the certificate; as many as --tls-cert", and)
    .option("--tls-ca <file>", "who must have certified the poller")
    .option("--user <name>", "who to be once the ports are open")
    .option("--open", "listen beyond loopback even though everybody may fetch")
    .option("--interval <seconds>", "collect at multiples of this; a minute while unpolled (10)")
    .option("--max-connections <n>", "connections at once; more are closed (128)")
    .option("--max-per-address <n>", "connections at once from one address (16)")
    .action((flags: Flags) => serve(decodeOptions(flags, process.env)));
  withFolders(program.command("print").description("write one report to stdout")).action(
    (flags: Flags) => print(decodeOptions(flags, process.env)),
  );
  await program.parseAsync();
}

// Whoever read our lines may be gone; that is no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on("error", ignore);

main().catch((error: unknown) => {
  warn(`roundsman-agent: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof UsageError ? WRONG_USAGE : FAILED);
});
