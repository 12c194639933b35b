#!/usr/bin/env -S node --max-semi-space-size=8 --max-old-space-size=1024
/** roundsman-poller: `serve` polls hosts and exports them; the other commands look at one of them. */
import { Argument, Command } from "commander";
import type { AcceptFlags } from "./commands/accept.ts";
import type { CheckFlags } from "./commands/check.ts";
import type { DumpFlags } from "./commands/dump.ts";
import type { ConfigCheckFlags } from "./commands/config_check.ts";
import type { LookFlags } from "./commands/examined.ts";
import { addPki } from "./commands/pki.ts";
import type { ScrapeFlags } from "./commands/scrape_config.ts";
import type { ServeFlags } from "./commands/serve.ts";
import { printableLines } from "./printable.ts";
import { FetchError } from "./sources/source.ts";
import { version } from "./version.ts";

const FAILED = 1;
/** What Nagios takes for UNKNOWN. */
const WRONG_USAGE = 3;

/** How long requests may take to end once we were told to stop. */
const STOP_MILLISECONDS = 5000;

const say = (text: string | Buffer): boolean => process.stdout.write(text);

/** Every line on its own, and whose it is. */
const warn = (text: string): boolean =>
  process.stderr.write(`${printableLines(text).replace(/^/gm, "roundsman-poller: ")}\n`);

/** Serves until a signal comes; at a second one it ends at once. */
async function serve(flags: ServeFlags): Promise<void> {
  const { serve: start } = await import("./commands/serve.ts");
  const { url, hosts, reload, stop } = await start(flags);
  let stopping = false;
  const end = (): void => {
    if (stopping) process.exit(FAILED);
    stopping = true;
    setTimeout(() => process.exit(0), STOP_MILLISECONDS).unref();
    void stop().then(() => process.exit(0));
  };
  process
    .on("SIGTERM", end)
    .on("SIGINT", end)
    .on("SIGHUP", () => void reload());
  say(`ready: ${url} hosts: ${hosts}, metrics: ${url}/metrics\n`);
}

async function check(name: string | undefined, flags: CheckFlags): Promise<void> {
  const { check: run } = await import("./commands/check.ts");
  const colour = process.stdout.isTTY && !process.env["NO_COLOR"];
  const { text, state } = await run(name, flags, { colour, warn });
  say(text);
  process.exitCode = state;
}

/** Byte by byte, except to a terminal. */
async function dump(name: string, flags: DumpFlags): Promise<void> {
  const { dump: run } = await import("./commands/dump.ts");
  const report = await run(name, flags);
  say(process.stdout.isTTY ? printableLines(report.toString()) : report);
}

async function parse(file: string, { json = false }: { json?: boolean }): Promise<void> {
  const { parseFile } = await import("./commands/parse.ts");
  say(await parseFile(file, { json }));
}

async function explain(host: string, service: string, flags: LookFlags): Promise<void> {
  const { explain: run } = await import("./commands/explain.ts");
  say(await run(host, service, flags, warn));
}

async function accept(
  host: string,
  service: string | undefined,
  flags: AcceptFlags,
): Promise<void> {
  const { accept: run } = await import("./commands/accept.ts");
  say(await run(host, service, flags));
}

/** Ends at once, though names may still be looked up. */
async function configCheck(flags: ConfigCheckFlags): Promise<void> {
  const { configCheck: run } = await import("./commands/config_check.ts");
  const { text, state } = await run(flags);
  process.stdout.write(text, () => process.exit(state));
}

async function scrapeConfig(flags: ScrapeFlags): Promise<void> {
  const { scrapeConfig: print } = await import("./commands/scrape_config.ts");
  say(await print(flags));
}

const EXAMPLES = `
Examples:
  roundsman-poller serve --config /etc/roundsman/poller.yaml
  roundsman-poller check web1 --config /etc/roundsman/poller.yaml
  roundsman-poller explain web1 "Filesystem /home" --config /etc/roundsman/poller.yaml
  roundsman-poller config check --config /etc/roundsman/poller.yaml
  roundsman-poller dump 127.0.0.1 > report.txt
  roundsman-poller scrape-config >> prometheus.yml

Without --config it is about the agent on 127.0.0.1:6556. Wrong usage exits with 3.`;

const CHECK_HELP = `
Prints a line that sums up, then one line per service, the worst first. The exit code is the worst
state: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN (in the order OK < WARN < UNKNOWN < CRIT), as Nagios wants it.

Rates need two reports: the one at hand and an earlier one given with --previous. A report's time is
what it says itself, else --at (--previous-at), else that of the file; equal times give no rates.

With --json each series is listed with the service that one of its labels names (by its item or the
end of its name), else with the first service of its check; a check that has series and no service
gets an entry of its own.

Examples:
  roundsman-poller check 127.0.0.1:6556
  roundsman-poller check --file now.txt --previous before.txt --json`;

const CONFIG_CHECK_HELP = `
Exits with 0 where nothing is wrong, 1 for warnings with --strict, 2 for errors, 3 for wrong usage.

Example:
  roundsman-poller config check --strict --config /etc/roundsman/poller.yaml`;

const CONFIG = ["--config <file>", "YAML file with the hosts and how they are polled"] as const;
const TIMEOUT = ["--timeout <time>", "give up after so long, such as 5s"] as const;
const STATE = ["--state-dir <dir>", "where baselines and the like are kept"] as const;
const WEB_CONFIG = [
  "--web-config <file>",
  "TLS, passwords and headers of HTTP, as Prometheus' exporters have it",
] as const;
const HOST = "name of a host in the config, or ADDRESS[:PORT]";

/** Where a command that looks at a host gets what it looks at. */
const addLook = (command: Command): Command =>
  command
    .option(...CONFIG)
    .option(...TIMEOUT)
    .option(...STATE)
    .option("--file <file>", "a saved report; - for one that is piped in")
    .option("--at <epoch>", "time of the report")
    .option("--previous <file>", "an earlier report, for rates")
    .option("--previous-at <epoch>", "time of the earlier report")
    .option("--guest <name>", "a host that it speaks for, instead of itself");

function commandLine(): Command {
  const program = new Command("roundsman-poller")
    .description("Polls agents that speak Checkmk's wire format and exports what they say.")
    .version(version)
    .showSuggestionAfterError(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE))
    .addHelpText("after", EXAMPLES);
  const listen = "where HTTP is served (127.0.0.1:9656)";
  program
    .command("serve")
    .description("poll all hosts and serve /metrics")
    .option(...CONFIG)
    .option("--listen <addr:port>", listen)
    .option(...WEB_CONFIG)
    .option("--probe-any", "let /probe poll any address, not only hosts of the config")
    .option(...STATE)
    .action(serve);
  addLook(program.command("check"))
    .description("judge one host now, or a saved report; exits with the worst state")
    .addArgument(new Argument("[host]", `${HOST}; not needed with --file`))
    .option("--json", "print JSON")
    .option("--perfdata", "end the first line with Nagios' performance data")
    .addHelpText("after", CHECK_HELP)
    .action(check);
  addLook(program.command("explain"))
    .description(
      "say why a service is as it is: rule, settings, values, and the lines they are from",
    )
    .addArgument(new Argument("<host>", HOST))
    .argument("<service>", 'its name, such as "Filesystem /home"')
    .action(explain);
  program
    .command("accept")
    .description("let what the next poll finds be what later ones are compared with")
    .argument("<host>", "a host that was polled")
    .argument("[service]", "one of its services; else all that is known of it")
    .option(...CONFIG)
    .option(...STATE)
    .action(accept);
  program
    .command("dump")
    .description("print the raw report of a host; to a terminal without what would control it")
    .addArgument(new Argument("<host>", HOST))
    .option(...CONFIG)
    .option(...TIMEOUT)
    .action(dump);
  program
    .command("parse")
    .description("say which sections a saved report holds")
    .argument("<file>", "a report, as dump prints it; - for one that is piped in")
    .option("--json", "print JSON")
    .action(parse);
  program
    .command("scrape-config")
    .description("print the job that makes Prometheus scrape this poller")
    .option(...CONFIG)
    .option("--listen <addr:port>", listen)
    .option(...WEB_CONFIG)
    .option("--probe", "every host as a target of its own, found by /sd and polled by /probe")
    .option("--shards <n>", "so many targets, each with a part of the hosts")
    .action(scrapeConfig);
  program
    .command("config")
    .description("look at a config")
    .command("check")
    .description(
      "read a config and all that it names; say everything that is wrong, and how large it is",
    )
    .option(...CONFIG)
    .option(...STATE)
    .option("--strict", "exit with 1 where there are warnings")
    .option("--offline", "neither ask servers for their lists nor look up names")
    .addHelpText("after", CONFIG_CHECK_HELP)
    .action(configCheck);
  addPki(program);
  return program;
}

// Whoever read our lines may be gone; that is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

commandLine()
  .parseAsync()
  .catch((error: unknown) => {
    const { message, syscall, name } = error as NodeJS.ErrnoException;
    warn(message);
    const isTaken = syscall === "listen" || name === "StateInUse";
    process.exit(error instanceof FetchError || isTaken ? FAILED : WRONG_USAGE);
  });
