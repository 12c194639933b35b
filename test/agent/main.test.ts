import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bin } from "../dist.ts";

const PATIENCE = 30_000;

const program = bin("roundsman-agent");
let folder: string;
let agents: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roundsman-agent-"));
  for (const name of ["plugins", "local"]) mkdirSync(join(folder, name));
  agents = [];
});
afterEach(async () => {
  const alive = agents.filter(
    ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
  );
  const ended = alive.map((agent) => once(agent, "exit"));
  for (const agent of alive) agent.kill("SIGKILL");
  await Promise.all(ended);
  rmSync(folder, { recursive: true });
});

/** Starts the agent with folders of its own; its output is gathered. */
function start(...args: string[]) {
  const folders = ["--plugins", join(folder, "plugins"), "--local", join(folder, "local")];
  const env = { PATH: process.env["PATH"] };
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  const child = spawn(process.execPath, [program, ...args, ...folders], { env, stdio });
  agents.push(child);
  const said = { child, out: "", err: "" };
  child.stdout.setEncoding("latin1").on("data", (text: string) => (said.out += text));
  child.stderr.setEncoding("latin1").on("data", (text: string) => (said.err += text));
  return said;
}

async function ended(...args: string[]) {
  const said = start(...args);
  const [code] = (await once(said.child, "close")) as [number | null];
  return { code, out: said.out, err: said.err };
}

async function serving(...args: string[]) {
  const said = start("serve", "--listen", "127.0.0.1:0", "--interval", "1", ...args);
  await vi.waitFor(() => expect(said.out + said.err).toContain("\n"), PATIENCE);
  const port = Number(/^ready: listening on 127\.0\.0\.1:(\d+), /m.exec(said.out)?.[1]);
  expect(port, said.err).toBeGreaterThan(0);
  return { ...said, port };
}

async function fetchText(port: number): Promise<string> {
  const chunks: Buffer[] = [];
  const socket = connect(port, "127.0.0.1").on("data", (chunk) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

function script(path: string, text: string): void {
  writeFileSync(join(folder, path), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, path), 0o755);
}

const isWhole = /^<<<check_mk>>>\nVersion: roundsman-\d[^]*\n\{"end":true,"sections":\d+\}\n$/;

describe("serve", () => {
  test("says when it is ready and what it serves, and answers with a whole report", async () => {
    const { out, port } = await serving();
    expect(out).toBe(
      `ready: listening on 127.0.0.1:${port}, ` +
        `plugins from ${folder}/plugins, local checks from ${folder}/local\n`,
    );
    const text = await fetchText(port);
    expect(text).toMatch(isWhole);
    for (const name of ["mem", "cpu", "uptime", "kernel", "ps_lnx", "df_v2"])
      expect(text).toContain(`\n<<<${name}>>>\n`);
  });

  test("shows in the next polls what is dropped into the folders", async () => {
    const { port } = await serving();
    script("local/mine", "echo '0 Mine - fine'");
    script("plugins/more", "echo '<<<more>>>'; echo plenty");
    await vi.waitFor(async () => {
      const text = await fetchText(port);
      expect(text).toContain("\n<<<local:sep(0)>>>\n0 Mine - fine\n<<<more>>>\nplenty\n");
      expect(text).toContain('{"script":"local/mine","at":');
    }, PATIENCE);
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "ends well at %s, and its scripts with it",
    async (signal) => {
      script("plugins/long", `echo $$ > ${folder}/pid; exec sleep 600`);
      const { child } = await serving();
      await vi.waitFor(
        () => expect(readFileSync(`${folder}/pid`, "utf8")).toMatch(/\d\n/),
        PATIENCE,
      );
      const pid = readFileSync(`${folder}/pid`, "utf8").trim();
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
      await vi.waitFor(() => expect(existsSync(`/proc/${pid}/exe`)).toBe(false), PATIENCE);
    },
  );

  test("lives on when nobody reads what it prints", async () => {
    const { child, port } = await serving("--only-from", "127.0.0.1");
    child.stdout.destroy();
    child.stderr.destroy();
    const refused = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
    refused.on("error", () => undefined).resume();
    await once(refused, "close");
    expect(await fetchText(port)).toMatch(isWhole);
  });

  test("warns of a folder that everybody can write to", async () => {
    chmodSync(join(folder, "local"), 0o777);
    const said = start("serve", "--listen", "127.0.0.1:0");
    await vi.waitFor(() => expect(said.out).toMatch(/^ready/), PATIENCE);
    expect(said.err).toBe(
      `${folder}/local can be written by everybody: so everybody can run programs as this agent\n`,
    );
  });

  test("leaves with one line when the port is taken, and has run nothing", async () => {
    script("plugins/once", `touch ${folder}/ran`);
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, out, err } = await ended("serve", "--listen", `127.0.0.1:${port}`);
    other.close();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^roundsman-agent: .*EADDRINUSE.*\n$/);
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });
});

describe("it refuses with exit code 2 and one line", () => {
  test.each([
    [["serve", "--listen", "0.0.0.0:0"], "would answer everybody"],
    [["serve", "--interval", "soon"], '--interval: "soon" is not a whole number'],
    [["serve", "--only-from", "web1"], '--only-from: "web1" is neither'],
    [["serve", "--lisen", "1"], "unknown option '--lisen'"],
  ])("%j", async (args, reason) => {
    const { code, out, err } = await ended(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^[^\n]+\n$/);
    expect(err).toContain(reason);
  });
});

test("beyond loopback it answers those who are named", async () => {
  const said = start("serve", "--listen", "0.0.0.0:0", "--only-from", "127.0.0.1");
  await vi.waitFor(() => expect(said.out).toMatch(/^ready: listening on 0\.0\.0\.0:\d+/), PATIENCE);
  expect(await fetchText(Number(/:(\d+),/.exec(said.out)?.[1]))).toMatch(isWhole);
});

test("print writes one whole report, with what scripts of both kinds say, and ends", async () => {
  mkdirSync(join(folder, "local/300"));
  script("local/300/slow", "sleep 1.5; echo '0 Slow - here'");
  script("local/quick", "echo '0 Quick - here'");
  const { code, out, err } = await ended("print");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(isWhole);
  expect(out).toMatch(/\n<<<local:sep\(0\)>>>\n0 Quick - here\ncached\(\d+,300\) 0 Slow - here\n/);
});

test("--version and --help are answers", async () => {
  const asked = async (flag: string) => {
    const child = spawn(process.execPath, [program, flag]);
    let out = "";
    child.stdout.on("data", (text) => (out += String(text)));
    const [code] = (await once(child, "close")) as [number];
    return { code, out };
  };
  expect(await asked("--version")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
  expect(await asked("--help")).toMatchObject({
    code: 0,
    out: expect.stringContaining("serve") as string,
  });
});
