import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bin } from "../dist.ts";
import { program, root, testWith } from "../peers.ts";
import { freePort, runProgram, startProgram, temporaryFolder } from "../programs.ts";

const PATIENCE = 20_000;
const agent = bin("roundsman-agent");
const isWhole = /^<<<check_mk>>>\n[^]*\n\{"end":true,"sections":\d+\}\n$/;

const serve = (path: string, ...args: string[]) =>
  startProgram(agent, ["serve", "--listen", `unix:${path}`, ...args], "ready");

/** As Checkmk's agent controller does it: says for whom, then reads to the end. */
async function control(path: string, remote = "192.0.2.7"): Promise<string> {
  const socket = connect(path).setEncoding("latin1");
  onTestFinished(() => void socket.destroy());
  socket.write(`${remote}\n`);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

const mode = (path: string): number => statSync(path).mode & 0o777;

describe("the controller at our socket", () => {
  test("gets the whole report in the clear, whoever may fetch over TCP", async () => {
    const path = join(temporaryFolder(), "socket");
    const running = await serve(path, "--only-from", "192.0.2.0/24");
    expect(running.output()).toMatch(`ready: listening on unix:${path}, `);
    expect(await control(path)).toMatch(isWhole);
    expect(await control(path, "2001:db8::1")).toMatch(isWhole);
    const many = Array.from({ length: 50 }, () => control(path));
    for (const text of await Promise.all(many)) expect(text).toMatch(isWhole);
  });

  test("is not alone: TCP is served beside it", async () => {
    const path = join(temporaryFolder(), "socket");
    const running = await serve(path, "--listen", "127.0.0.1:0");
    expect(running.output()).toMatch(/listening on unix:\S+ and 127\.0\.0\.1:\d+, /);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1]);
    let text = "";
    for await (const chunk of connect(port, "127.0.0.1").setEncoding("latin1"))
      text += String(chunk);
    expect(text).toMatch(isWhole);
  });
});

describe("the socket", () => {
  test("is for its owner alone where there is no group cmk-agent, and goes with the agent", async () => {
    const path = join(temporaryFolder(), "socket");
    const running = await serve(path);
    expect(mode(path)).toBe(0o600);
    expect(await running.stop()).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  testWith(root, program("unshare"))(
    "is for root and the group cmk-agent where there is one",
    async () => {
      const folder = temporaryFolder();
      const [path, group] = [join(folder, "socket"), join(folder, "group")];
      writeFileSync(group, "root:x:0:\ncmk-agent:x:4242:\n");
      const script = `mount --bind ${group} /etc/group && exec "$0" "$@"`;
      const command = [agent, "serve", "--listen", `unix:${path}`];
      await startProgram("unshare", ["-m", "sh", "-c", script, ...command], "ready");
      const { uid, gid } = statSync(path);
      expect([mode(path), uid, gid]).toEqual([0o660, 0, 4242]);
    },
  );

  test("of an agent that was killed is replaced", async () => {
    const path = join(temporaryFolder(), "socket");
    await (await serve(path)).stop("SIGKILL");
    expect(statSync(path).isSocket()).toBe(true);
    await serve(path);
    expect(await control(path)).toMatch(isWhole);
  });

  test("of an agent that lives is left to it", async () => {
    const path = join(temporaryFolder(), "socket");
    await serve(path);
    await expect(runProgram(agent, ["serve", "--listen", `unix:${path}`])).rejects.toMatchObject({
      code: 1,
      stderr: `roundsman-agent: somebody listens at ${path} already\n`,
    });
    expect(await control(path)).toMatch(isWhole);
  });

  test("takes the place of nothing else", async () => {
    const folder = temporaryFolder();
    const other = join(folder, "other");
    writeFileSync(other, "precious");
    mkdirSync(join(folder, "folder"));
    symlinkSync(other, join(folder, "link"));
    for (const name of ["other", "folder", "link"])
      await expect(
        runProgram(agent, ["serve", "--listen", `unix:${join(folder, name)}`]),
      ).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/is no socket\n$/) as string,
      });
    expect(statSync(other).size).toBe(8);
  });
});

describe("a socket of systemd's", () => {
  const activate = (...args: string[]) =>
    startProgram("systemd-socket-activate", args, "Listening on");
  const activated = testWith(program("systemd-socket-activate"));

  activated("is served as it is, and stays when the agent ends", async () => {
    const path = join(temporaryFolder(), "socket");
    const running = await activate("-l", path, agent, "serve");
    expect(await control(path)).toMatch(isWhole);
    await vi.waitFor(
      () => expect(running.output()).toMatch("ready: listening on unix:inherited, "),
      PATIENCE,
    );
    expect(await running.stop()).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  activated("is not handed on to plugins, nor what systemd said", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "socket");
    const plugin = join(folder, "descriptors");
    const script = "#!/bin/sh\necho '<<<open>>>'; ls -l /proc/self/fd; env | grep '^LISTEN_'\n";
    writeFileSync(plugin, script, { mode: 0o755 });
    await activate("-l", path, agent, "serve", "--plugins", folder);
    const [, open = ""] = /<<<open>>>\n([^]*?)<<</.exec(await control(path)) ?? [];
    const lines = open.trim().split("\n").slice(1);
    // The last is what ls itself has opened.
    expect(lines.map((line) => / (\d+) -> /.exec(line)?.[1])).toEqual(["0", "1", "2", "3"]);
  });

  activated("that gives a connection at a time is served by print", async () => {
    const path = join(temporaryFolder(), "socket");
    await activate("-l", path, "--accept", "--inetd", agent, "print");
    expect(await control(path)).toMatch(isWhole);
    expect(await control(path)).toMatch(isWhole);
  });

  activated("that gives a connection at a time heeds what is said of who may fetch", async () => {
    const port = await freePort();
    const fetchText = async (): Promise<string> => {
      let text = "";
      for await (const chunk of connect(port, "127.0.0.1").setEncoding("latin1"))
        text += String(chunk);
      return text;
    };
    const listen = ["-l", `127.0.0.1:${port}`, "--accept", "--inetd", agent, "print"];
    const open = await activate(...listen, "--only-from", "127.0.0.1");
    expect(await fetchText()).toMatch(isWhole);
    await open.stop();
    await activate(...listen, "--only-from", "192.0.2.0/24");
    expect(await fetchText()).toBe("");
  });

  activated("that gives a connection at a time says nothing where TLS was wanted", async () => {
    const path = join(temporaryFolder(), "socket");
    const names = ["CERT", "KEY", "CA"].map((name) => `ROUNDSMAN_AGENT_TLS_${name}=/none`);
    const env = names.flatMap((name) => ["-E", name]);
    await activate("-l", path, "--accept", "--inetd", ...env, agent, "print");
    expect(await control(path).catch(() => "")).toBe("");
  });
});
