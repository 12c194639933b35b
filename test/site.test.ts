import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parse } from "../poller/parse.ts";
import { CRYPT_IDS } from "../wire/crypt.ts";
import { bin } from "./dist.ts";
import { shared, testWith } from "./peers.ts";
import { eventually, runProgram, startProgram, temporaryFolder } from "./programs.ts";

interface Reading {
  /** The first two bytes. */
  readonly first: string;
  /** Those of what TLS carried, if it did. */
  readonly inner: string;
  readonly sections: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly piggyback: Readonly<Record<string, readonly string[]>>;
}

const SITE = join(shared.path, "bench", "site.mjs");
/** Nothing is collected anew while a test lasts. */
const SELDOM = ["--interval", "3600"];
/** What does not change from one look to the next. */
const LASTING = ["check_mk", "labels", "mounts", "one", "three", "local"];

function script(folder: string, name: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const text = `#!/bin/sh\n${lines.map((line) => `echo '${line}'\n`).join("")}`;
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}

/** Folders of an agent with scripts of each kind, and the flags that name them. */
function place() {
  const folder = temporaryFolder();
  const [plugins, local, config, state] = ["plugins", "local", "config", "state"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  script(plugins, "one", ["<<<one:sep(59)>>>", "a;b", "<<<<other>>>>", "<<<two>>>", "x y"]);
  script(join(plugins, "300"), "three", ["<<<three>>>", "1 2 3"]);
  script(local, "fine", ["0 Fine n=1;2;3 all is well"]);
  mkdirSync(config);
  const folders = ["--plugins", plugins, "--local", local, "--config-dir", config];
  return { folder, config, flags: [...folders, "--state-dir", state] };
}

/** Starts the agent on loopback, and on a unix socket where one is named; gives its port. */
async function start(...flags: string[]) {
  const args = ["serve", "--listen", "127.0.0.1:0", ...SELDOM, ...flags];
  const agent = await startProgram(bin("roundsman-agent"), args, "ready");
  return { agent, port: Number(/127\.0\.0\.1:(\d+)/.exec(agent.output())?.[1]) };
}

async function site(...args: (string | number)[]): Promise<Reading> {
  const command = [SITE, "--json", ...args.map(String)];
  const { stdout } = await runProgram(process.execPath, command, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Reading;
}

async function fetchFrom(at: number | string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const socket = typeof at === "string" ? connect(at) : connect(at, "127.0.0.1");
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What a site makes of the bytes as they are. */
async function readOf(report: Buffer): Promise<Reading> {
  const file = join(temporaryFolder(), "report");
  writeFileSync(file, report);
  return site("--file", file);
}

const print = async (flags: readonly string[]): Promise<Reading> => {
  const { stdout } = await runProgram(bin("roundsman-agent"), ["print", ...flags], {
    encoding: "buffer",
    maxBuffer: 1 << 26,
  });
  return readOf(stdout);
};

/** The same sections, and in those that last the same rows. */
function expectAlike(live: Reading, printed: Reading): void {
  expect(Object.keys(live.sections)).toEqual(Object.keys(printed.sections));
  for (const name of LASTING) expect(live.sections[name], name).toEqual(printed.sections[name]);
  expect(Object.keys(live.piggyback)).toEqual(["other"]);
}

describe("a Checkmk site", () => {
  testWith(shared)("reads every section of ours, and no line is lost", async () => {
    const { flags } = place();
    const { port } = await start(...flags);
    const report = await fetchFrom(port);
    const [live, saved] = [await site(`127.0.0.1:${port}`), await readOf(report)];
    expect(live.first).toBe("<<");
    expectAlike(live, await print(flags));
    const { hosts, refused, truncated } = parse(report);
    expect({ refused, truncated }).toEqual({ refused: [], truncated: false });
    const ours = [...(hosts[0]?.sections ?? [])].map(([name, { rows }]) => [name, [...rows]]);
    expect(saved.sections).toEqual(Object.fromEntries(ours));
    expect(hosts[1]?.host).toBe("other");
  });

  testWith(shared)("sees who may fetch", async () => {
    const { flags } = place();
    const { port } = await start(...flags, "--only-from", "127.0.0.0/8,::1,192.0.2.0/24");
    const { sections } = await site(`127.0.0.1:${port}`);
    const row = sections["check_mk"]?.find(([key]) => key === "OnlyFrom:");
    expect(row).toEqual(["OnlyFrom:", "127.0.0.0/8", "::1", "192.0.2.0/24"]);
  });

  describe.each(CRYPT_IDS)("with id %s", (id) => {
    testWith(shared)("reads what is encrypted, by a passphrase file", async () => {
      const { folder, flags } = place();
      const file = join(folder, "passphrase");
      writeFileSync(file, "s3cret words\n", { mode: 0o600 });
      const crypt = ["--encryption-passphrase-file", file, "--encryption-id", id];
      const { port } = await start(...flags, ...crypt);
      const policy = ["--policy", "encrypted"];
      const live = await site(`127.0.0.1:${port}`, "--secret", "s3cret words", ...policy);
      expect(live.first).toBe(id);
      expectAlike(live, await print(flags));
      await expect(site(`127.0.0.1:${port}`, "--secret", "other words")).rejects.toThrow(/site: /);
      expect((await fetchFrom(port)).includes("check_mk")).toBe(false);
    });
  });

  testWith(shared)("reads what the real agent's encryption.cfg has encrypted", async () => {
    const { config, flags } = place();
    const plain = await print(flags);
    const text = "ENCRYPTED=yes\nPASSPHRASE='s3cret'\n";
    writeFileSync(join(config, "encryption.cfg"), text, { mode: 0o600 });
    const { port } = await start(...flags);
    const live = await site(`127.0.0.1:${port}`, "--secret", "s3cret");
    expect(live.first).toBe("05");
    expectAlike(live, plain);
  });
});

/** Certificates made by the poller's own command, and what both sides need of them. */
async function certificates(...hosts: string[]) {
  const dir = join(temporaryFolder(), "pki");
  const pki = (...args: string[]) =>
    runProgram(bin("roundsman-poller"), ["pki", ...args, "--dir", dir]);
  await pki("init");
  await pki("issue-poller");
  for (const host of hosts) await pki("issue-agent", host);
  const file = (name: string): string => join(dir, name);
  const shown = hosts.flatMap((host) => [
    ...["--tls-cert", file(`${host}.pem`)],
    ...["--tls-key", file(`${host}.key`)],
  ]);
  const client = (name = "poller"): string[] => [
    ...["--ca", file("ca.pem"), "--cert", file(`${name}.pem`), "--key", file(`${name}.key`)],
  ];
  return { client, flags: [...shown, "--tls-ca", file("ca.pem")] };
}

describe("a Checkmk site that wants TLS", () => {
  testWith(shared)("reads to the byte what others get in the clear", async () => {
    const { folder, flags } = place();
    const { client, flags: tls } = await certificates("web1.example.org", "web2.example.org");
    const path = join(folder, "socket");
    const { port } = await start(...flags, ...tls, "--listen", `unix:${path}`);
    for (const name of ["web1.example.org", "web2.example.org"]) {
      const wanted = ["--policy", "tls", "--servername", name];
      // A plugin that took long makes the report anew.
      await eventually(async () => {
        const clear = await readOf(await fetchFrom(path));
        const live = await site(`127.0.0.1:${port}`, ...wanted, ...client());
        expect({ ...live, bytes: 0 }).toEqual({
          ...clear,
          bytes: 0,
          first: "16",
          inner: "<<",
        });
        return true;
      });
    }
  });

  testWith(shared)("opens what is encrypted once more within", async () => {
    const { folder, flags } = place();
    const { client, flags: tls } = await certificates("web1");
    const file = join(folder, "passphrase");
    writeFileSync(file, "s3cret", { mode: 0o600 });
    const { port } = await start(...flags, ...tls, "--encryption-passphrase-file", file);
    const wanted = ["--servername", "web1", "--secret", "s3cret", ...client()];
    const live = await site(`127.0.0.1:${port}`, ...wanted);
    expect([live.first, live.inner]).toEqual(["16", "05"]);
    expectAlike(live, await print(flags));
  });

  testWith(shared)("gets nothing with another certificate than the poller's", async () => {
    const { flags } = place();
    const ours = await certificates("web1", "web2");
    const theirs = await certificates("web1");
    const { agent, port } = await start(...flags, ...ours.flags);
    const wanted = ["--servername", "web1"];
    await expect(site(`127.0.0.1:${port}`, ...wanted, ...ours.client("web2"))).rejects.toThrow();
    await expect(site(`127.0.0.1:${port}`, ...wanted, ...theirs.client())).rejects.toThrow();
    expect((await site(`127.0.0.1:${port}`, ...wanted, ...ours.client())).first).toBe("16");
    await eventually(() => agent.output().includes("INVALID_PURPOSE") || undefined);
  });
});
