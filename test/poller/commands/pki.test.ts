import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { addPki } from "../../../poller/commands/pki.ts";
import { issueAgent } from "../../../poller/pki/authority.ts";
import { PkiError } from "../../../poller/pki/names.ts";
import { filledFolder, later, newFolder, now } from "../pki/folders.ts";

interface Outcome {
  readonly said: string;
  readonly warned: string;
  readonly exit: number;
}

/** Runs `pki ARGS` in this process. */
async function pki(...args: string[]): Promise<Outcome> {
  let [said, warned, exit] = ["", "", 0];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addPki(program, {
    say: (text) => (said += text),
    warn: (text) => (warned += text),
    exit: (code) => (exit = code),
  });
  await program.parseAsync(["pki", ...args], { from: "user" });
  return { said, warned, exit };
}

test("from nothing to an agent and a poller, each with its expiry", async () => {
  const { path } = await newFolder();
  const dir = ["--dir", path];
  const made = [
    await pki("init", ...dir),
    await pki("issue-agent", "Web1.Example.org", "--also", "192.0.2.7", "--also", "web1", ...dir),
    await pki("issue-poller", "--days", "90", ...dir),
  ];
  expect(made.map(({ said }) => said.replace(/ \(\d{4}-\d\d-\d\d\)/, ""))).toEqual([
    `${path}/ca.pem: expires in 3650 days\n`,
    `${path}/web1.example.org.pem: expires in 400 days\n`,
    `${path}/poller.pem: expires in 90 days\n`,
  ]);
  expect(made.map(({ warned, exit }) => [warned, exit])).toEqual([
    ["", 0],
    ["", 0],
    ["", 0],
  ]);
  const { said, exit } = await pki("show", ...dir);
  expect(said.replaceAll(/expires in \d+ days \(.*\)/g, "EXPIRY")).toMatch(
    new RegExp(
      [
        "^ca                ca      EXPIRY",
        "poller            poller  EXPIRY +roundsman-poller",
        "web1.example.org  agent   EXPIRY +web1.example.org 192.0.2.7 web1\n$",
      ].join("\n"),
    ),
  );
  expect(exit).toBe(0);
});

describe("what will soon expire", () => {
  test("makes show exit with 1, and is named by every other command", async () => {
    const folder = await filledFolder();
    await issueAgent(folder, ["old1"], { days: 5, now: later(-10.5) });
    await issueAgent(folder, ["old2"], { days: 28.5, now });
    const show = await pki("show", "--dir", folder.path);
    expect(show.exit).toBe(1);
    expect(show.said).toMatch(/^old1 .*expired 5 days ago/m);
    const { warned } = await pki("issue-agent", "web2", "--dir", folder.path);
    expect(warned.split("\n").map((line) => line.replace(/ \(.*/, ""))).toEqual([
      `${folder.path}/old1.pem: expired 5 days ago`,
      `${folder.path}/old2.pem: expires in 28 days`,
      "",
    ]);
  });

  test("is renewed, and nothing else", async () => {
    const folder = await filledFolder();
    await issueAgent(folder, ["old1"], { days: 5, now });
    const { said, warned } = await pki("renew", "--dir", folder.path);
    expect(said).toMatch(/^.*old1\.pem: expires in (399|400) days \(.*\)\n$/);
    expect(warned).toBe("");
    expect((await pki("renew", "--dir", folder.path)).said).toBe("nothing to renew\n");
  });
});

test("renew takes names, the authority first", async () => {
  const { path } = await filledFolder();
  const { said } = await pki("renew", "web1", "ca", "--days", "5000", "--dir", path);
  expect(said.replaceAll(/ \(.*/g, "")).toMatch(
    new RegExp(`^${path}/ca.pem: .* days\n${path}/web1.pem: .* days\n$`),
  );
  expect(said.match(/(4999|5000) days/g)).toHaveLength(2);
});

test("show --json lists what there is, for programs", async () => {
  const folder = await filledFolder();
  await writeFile(folder.certificatePath("web2"), "not a certificate");
  const { said, exit } = await pki("show", "--json", "--dir", folder.path);
  const { certificates } = JSON.parse(said) as { certificates: Record<string, unknown>[] };
  expect(certificates.slice(2)).toEqual([
    {
      name: "web1",
      file: folder.certificatePath("web1"),
      role: "agent",
      names: ["web1", "127.0.0.1"],
      not_after: new Date(Math.ceil(later(400).getTime() / 1000) * 1000).toISOString(),
    },
    {
      name: "web2",
      file: folder.certificatePath("web2"),
      role: "agent",
      names: [],
      problem: "cannot be read",
    },
  ]);
  expect(exit).toBe(1);
});

test("without ca.pem nothing can be trusted", async () => {
  const folder = await filledFolder();
  await rename(folder.certificatePath("ca"), `${folder.path}/away`);
  const { said, exit } = await pki("show", "--dir", folder.path);
  expect(said).toMatch(/^web1 .*is not signed by ca\.pem, expires in/m);
  expect(exit).toBe(1);
});

test("export-controller prints one line of JSON, and the rest elsewhere", async () => {
  const folder = await filledFolder();
  const { said, warned } = await pki("export-controller", "web2", "--dir", folder.path);
  expect(said.split("\n")).toHaveLength(2);
  const { connection } = JSON.parse(said) as { connection: { uuid: string } };
  expect(warned).toMatch(
    new RegExp(
      `^web2: its name in TLS is ${connection.uuid}\n.*/controllers/web2.pem: expires in (399|400) days .*\n$`,
    ),
  );
});

describe("refused", () => {
  test.each([
    ["a path as a host", ["issue-agent", "../web1"]],
    ["a path as a further name", ["issue-agent", "web1", "--also", "/etc"]],
    ["a path to renew", ["renew", "../../etc/ssl/x"]],
    ["a path to export for", ["export-controller", "a/../../b"]],
    ["a host that is called as the authority", ["issue-agent", "ca"]],
    ["a life without days", ["issue-poller", "--days", "0"]],
    ["a second authority", ["init"]],
    ["a second poller", ["issue-poller"]],
    ["to renew what is not there", ["renew", "web9"]],
  ])("%s", async (_, args) => {
    const folder = await filledFolder();
    const before = await readdir(folder.path);
    await expect(pki(...args, "--dir", folder.path)).rejects.toThrow(PkiError);
    expect(await readdir(folder.path)).toEqual(before);
  });

  test("to show a folder that is empty, or none", async () => {
    const folder = await newFolder();
    await expect(pki("show", "--dir", folder.path)).rejects.toThrow(/no certificates in/);
    await mkdir(folder.path);
    await expect(pki("show", "--dir", folder.path)).rejects.toThrow(/no certificates in/);
  });

  test("a command that is none", async () => {
    await expect(pki("issue")).rejects.toThrow(CommanderError);
  });
});
