import type { Command } from "commander";
import type { Terms } from "../pki/authority.ts";
import type { PkiFolder } from "../pki/folder.ts";
import { version } from "../version.ts";

/** Where a command says what it has done, and how it went. */
interface Terminal {
  readonly say: (text: string) => unknown;
  readonly warn: (text: string) => unknown;
  readonly exit: (code: number) => unknown;
}

const TERMINAL: Terminal = {
  say: (text) => process.stdout.write(text),
  warn: (text) => process.stderr.write(text),
  exit: (code) => (process.exitCode = code),
};

interface Flags {
  readonly dir: string;
  readonly days?: string;
  readonly force?: boolean;
  readonly also?: readonly string[];
  readonly json?: boolean;
}

/** A command at work: its folder, its terms, and the rooms it needs, loaded only now. */
type Work = Awaited<ReturnType<typeof start>>;

async function start({ dir, days, force }: Flags) {
  const [authority, { PkiFolder }, { parseDays }, { inventory }, { hostName, PkiError }, show] =
    await Promise.all([
      import("../pki/authority.ts"),
      import("../pki/folder.ts"),
      import("../pki/expiry.ts"),
      import("../pki/inventory.ts"),
      import("../pki/names.ts"),
      import("../pki/show.ts"),
    ]);
  const folder: PkiFolder = new PkiFolder(dir);
  const now = new Date();
  const terms: Terms = { days: days === undefined ? undefined : parseDays(days), force, now };
  const list = () => inventory(folder, now);
  return { ...authority, ...show, folder, terms, hostName, PkiError, list };
}

const and = (value: string, before: readonly string[] = []): string[] => [...before, value];

const FAILED = 1;
const DIRECTORY = "/etc/roundsman/pki";

const HELP = `
One authority signs the certificate of each agent (HOST.pem, HOST.key) and of the poller (poller.pem,
poller.key). Both sides need ca.pem; ca.key stays in the folder. An agent's certificate cannot poll
and the poller's cannot serve.

Examples:
  roundsman-poller pki init
  roundsman-poller pki issue-agent web1.example.org --also 192.0.2.7
  roundsman-poller pki issue-poller
  roundsman-poller pki renew
  roundsman-poller pki show
  roundsman-poller pki export-controller web2 | ssh web2 cmk-agent-ctl import`;

const SHOW_HELP = `
Exits with 1 when one of them expires within 30 days, cannot be read, or is not signed by ca.pem.`;

const RENEW_HELP = `
Without names: all that expire within 30 days or are not signed by ca.pem. Keys stay as they are, and
need not be there: put the new certificate beside the key. "ca" is the authority itself; what it has
signed keeps holding. Use issue-agent --force for another key.`;

const EXPORT_HELP = `
The key is printed and not kept. Each export has another key and another UUID; "cmk-agent-ctl delete
UUID" removes a former one. The poller asks for the agent under the UUID, which is on stderr.`;

/** Adds `pki` and its commands. */
export function addPki(program: Command, terminal: Terminal = TERMINAL): void {
  const pki = program
    .command("pki")
    .description("make, renew and show the certificates for TLS")
    .addHelpText("after", HELP);
  const command = (name: string, description: string): Command =>
    pki
      .command(name)
      .description(description)
      .option("--dir <folder>", "where they are kept", DIRECTORY);
  const issuing = (name: string, description: string, days: number): Command =>
    command(name, description)
      .option("--days <n>", `how long it holds (${days})`)
      .option("--force", "replace what is there");

  issuing("init", "make an authority", 3650).action(async (flags: Flags) => {
    const work = await start(flags);
    await work.initAuthority(work.folder, work.terms);
    await report(work, [work.CA], terminal);
  });
  issuing("issue-agent", "make the key and the certificate of an agent", 400)
    .argument("<host>", "its host name or IP address")
    .option("--also <name>", "a further name or address of it; repeatable", and)
    .action(async (host: string, flags: Flags) => {
      const work = await start(flags);
      const name = work.hostName(host);
      const others = (flags.also ?? []).map(work.hostName);
      await work.issueAgent(work.folder, [name, ...others], work.terms);
      await report(work, [name], terminal);
    });
  issuing("issue-poller", "make the key and the certificate of the poller", 400).action(
    async (flags: Flags) => {
      const work = await start(flags);
      await work.issuePoller(work.folder, work.terms);
      await report(work, [work.POLLER], terminal);
    },
  );
  command("renew", "certify the same keys and names anew")
    .argument("[names...]", "ca, poller, hosts")
    .option("--days <n>", "how long they hold (ca 3650, others 400)")
    .addHelpText("after", RENEW_HELP)
    .action(async (given: string[], flags: Flags) => {
      const work = await start(flags);
      const renewed = await renewAll(work, given);
      if (renewed.length === 0) terminal.say("nothing to renew\n");
      await report(work, renewed, terminal);
    });
  command("show", "say which there are and when they expire")
    .option("--json", "print JSON")
    .addHelpText("after", SHOW_HELP)
    .action(async (flags: Flags) => {
      const { list, folder, PkiError, asJson, asText } = await start(flags);
      const entries = await list();
      if (entries.length === 0) throw new PkiError(`there are no certificates in ${folder.path}`);
      terminal.say(flags.json ? asJson(entries) : asText(entries));
      if (entries.some(({ problem }) => problem)) terminal.exit(FAILED);
    });
  issuing("export-controller", "print what cmk-agent-ctl imports to be polled by us", 400)
    .argument("<host>", "the host it is for")
    .addHelpText("after", EXPORT_HELP)
    .action(async (host: string, flags: Flags) => {
      const work = await start(flags);
      const name = work.hostName(host);
      const imported = await work.exportController(work.folder, name, { ...work.terms, version });
      terminal.say(`${JSON.stringify(imported)}\n`);
      terminal.warn(`${name}: its name in TLS is ${imported.connection.uuid}\n`);
      await report(work, [`${work.CONTROLLERS}/${name}`], { ...terminal, say: terminal.warn });
    });
}

/** The authority first, so that the others may hold as long as it then does. */
async function renewAll(work: Work, given: readonly string[]): Promise<string[]> {
  const { CA, POLLER, folder, terms } = work;
  const named = given.map((name) => ([CA, POLLER].includes(name) ? name : work.hostName(name)));
  const due = async (): Promise<string[]> =>
    (await work.list())
      .filter(({ problem, notAfter, role }) => problem && notAfter && role !== "controller")
      .map(({ name }) => name);
  const names = named.length > 0 ? named : await due();
  const inOrder = [...names.filter((name) => name === CA), ...names.filter((name) => name !== CA)];
  for (const name of inOrder) await work.renew(folder, name, terms);
  return inOrder;
}

/** Says what was written, and of all others those that need attention. */
async function report(work: Work, written: readonly string[], terminal: Terminal): Promise<void> {
  const files = written.map((name) => work.folder.certificatePath(name));
  for (const { file, expiry, problem } of await work.list())
    if (files.includes(file)) terminal.say(`${file}: ${expiry}\n`);
    else if (problem) terminal.warn(`${file}: ${problem}\n`);
}
