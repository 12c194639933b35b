import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportController } from "../../../poller/pki/authority.ts";
import { CRYPT_IDS } from "../../../wire/crypt.ts";
import { bin } from "../../dist.ts";
import { runProgram, startProgram, temporaryFolder } from "../../programs.ts";
import { filledFolder, now } from "../pki/folders.ts";
import { controller, filesOf, framed } from "../sources/controller.ts";

/** Starts our agent on loopback, with a local check; gives its port. */
async function agent(...flags: string[]): Promise<number> {
  const folder = temporaryFolder();
  const folders = ["plugins", "local", "config", "state"].map((name) => join(folder, name));
  for (const path of folders) mkdirSync(path);
  const [plugins, local, config, state] = folders as [string, string, string, string];
  writeFileSync(join(local, "door"), "#!/bin/sh\necho '0 Door - closed'\n", { mode: 0o755 });
  const args = [
    ...["serve", "--listen", "127.0.0.1:0", "--interval", "3600"],
    ...["--plugins", plugins, "--local", local, "--config-dir", config, "--state-dir", state],
  ];
  const running = await startProgram(bin("roundsman-agent"), [...args, ...flags], "ready");
  return Number(/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1]);
}

/** A config of one host, web1, with these keys. */
function configOf(keys: object, poll: object = {}): string {
  const path = join(temporaryFolder(), "poller.yaml");
  writeFileSync(path, JSON.stringify({ poll, hosts: [{ name: "web1", ...keys }] }));
  return path;
}

interface Seen {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const poller = (...args: string[]): Promise<Seen> =>
  runProgram(bin("roundsman-poller"), args, { maxBuffer: 1 << 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as Seen,
  );

/** What dump and check of web1 make of it. */
async function look(config: string): Promise<{ dumped: string; door: string | undefined }> {
  const { stdout: dumped } = await poller("dump", "web1", "--config", config);
  const { stdout } = await poller("check", "web1", "--config", config);
  return { dumped, door: stdout.split("\n").find((line) => /^[A-Z]+ +Door/.test(line)) };
}

const fine = {
  dumped: expect.stringMatching(/^<<<.*>>>\n[^]*0 Door - closed/) as string,
  door: expect.stringMatching(/^OK +Door/) as string,
};

function passphraseFile(text: string): string {
  const file = join(temporaryFolder(), "passphrase");
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
}

describe("dump and check read our agent", () => {
  test.each(CRYPT_IDS)("when it encrypts with %s", async (id) => {
    const file = passphraseFile("s3cret words");
    const crypt = ["--encryption-passphrase-file", file, "--encryption-id", id];
    const port = await agent(...crypt);
    const host = { address: "127.0.0.1", port };
    expect(await look(configOf({ ...host, secret_file: file }))).toEqual(fine);
    const wrong = configOf({ ...host, secret_file: passphraseFile("other") });
    const { code, stdout } = await poller("check", "web1", "--config", wrong);
    expect([code, stdout]).toEqual([2, expect.stringMatching(/^CRIT - Agent: secret: web1 /)]);
  });

  test("with TLS, and with encryption within TLS", async () => {
    const folder = await filledFolder();
    const shown = filesOf(folder, "web1");
    const flags = ["--tls-cert", shown.cert, "--tls-key", shown.key, "--tls-ca", shown.ca];
    const tls = filesOf(folder);
    const host = { address: "127.0.0.1", port: await agent(...flags) };
    expect(await look(configOf({ ...host, tls }))).toEqual(fine);
    expect(await look(configOf(host, { tls }))).toEqual(fine);
    const file = passphraseFile("s3cret");
    const both = {
      address: "127.0.0.1",
      port: await agent(...flags, "--encryption-passphrase-file", file),
    };
    expect(await look(configOf({ ...both, tls, secret_file: file }))).toEqual(fine);
    const plain = { address: "127.0.0.1", port: await agent() };
    const { stdout } = await poller("check", "web1", "--config", configOf(plain, { tls }));
    expect(stdout).toMatch(/^CRIT - Agent: policy: web1 /);
  });

  test("behind a controller, under its UUID", async () => {
    const folder = await filledFolder();
    const { connection } = await exportController(folder, "web1", { version: "1.2.3", now });
    const { port } = await controller(
      { ca: connection.root_cert, cert: connection.certificate, key: connection.private_key },
      framed("<<<local:sep(0)>>>\n0 Door - closed\n"),
    );
    const tls = { ...filesOf(folder), server_name: connection.uuid };
    expect(await look(configOf({ address: "127.0.0.1", port, tls }))).toEqual(fine);
  });

  test("by a program that prints its report", async () => {
    const folder = temporaryFolder();
    const local = join(folder, "local");
    mkdirSync(local);
    writeFileSync(join(local, "door"), "#!/bin/sh\necho '0 Door - closed'\n", { mode: 0o755 });
    const program = [bin("roundsman-agent"), "print", "--local", local, "--state-dir", folder];
    expect(await look(configOf({ program }, { timeout: "30s" }))).toEqual(fine);
    const failing = configOf({ program: ["sh", "-c", "echo no way >&2; exit 3"] });
    const { stdout } = await poller("check", "web1", "--config", failing);
    expect(stdout).toMatch(/^CRIT - Agent: program: web1 \(sh -c .*\): exit code 3: no way\n/);
  });

  test("and neither tells the secrets of a program that fails", async () => {
    const program = ["sh", "-c", "echo $2 >&2; exit 3", "sh", "--password", "hunter2"];
    const config = configOf({ program });
    for (const command of ["dump", "check"]) {
      const { stdout, stderr } = await poller(command, "web1", "--config", config);
      expect(stdout + stderr).toContain("exit code 3: <secret>\n");
      expect(stdout + stderr).not.toContain("hunter2");
    }
  });

  test("from a file", async () => {
    const file = join(temporaryFolder(), "web1");
    writeFileSync(file, "<<<local:sep(0)>>>\n0 Door - closed\n");
    expect(await look(configOf({ file }))).toEqual(fine);
  });
});
