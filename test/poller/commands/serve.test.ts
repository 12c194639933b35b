import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../../../poller/commands/serve.ts";
import { bin } from "../../dist.ts";
import { eventually, runProgram, startProgram, temporaryFolder } from "../../programs.ts";
import { basic } from "../http/web.ts";
import { isAlive } from "../processes/poller.ts";
import { agent, answering } from "../sources/agents.ts";

/** A poller with a config, on any free port, until the test is over. */
async function serving(config: string, flags: Partial<Parameters<typeof serve>[0]> = {}) {
  const folder = temporaryFolder();
  const file = join(folder, "poller.yaml");
  writeFileSync(file, `listen: 127.0.0.1:0\nstate_dir: ${folder}/state\n${config}`);
  const poller = await serve({ config: file, ...flags });
  onTestFinished(poller.stop);
  return { ...poller, folder, write: (next: string) => writeFileSync(file, next) };
}

const text = async (url: string, init: RequestInit = {}) => (await fetch(url, init)).text();

test("a probe is refused for who is not listed, unless the config or a flag lets it", async () => {
  const { port } = await agent(answering("<<<uptime>>>\n4711 1\n"));
  const probe = `/probe?target=127.0.0.1:${port}`;
  const careful = await serving("hosts: [{ name: web1, address: 127.0.0.1, port: 1 }]\n");
  expect((await fetch(`${careful.url}${probe}`)).status).toBe(400);
  const open = [
    await serving("probe_any: true\n"),
    await serving("probe_any: false\n", { probeAny: true }),
  ];
  for (const { url } of open)
    expect(await text(`${url}${probe}`)).toContain("\nroundsman_uptime_seconds 4711\n");
});

test("what a stranger says is neither kept nor about anybody else", async () => {
  const report = (uptime: number): string => `<<<uptime>>>\n${uptime} 1\n`;
  const listed = await agent(answering(report(1)));
  const stranger = await agent(
    answering(`${report(2)}<<<<web1>>>>\n${report(666)}<<<<vm1>>>>\n${report(666)}<<<<>>>>\n`),
  );
  const { url } = await serving(
    `probe_any: true\nhosts: [{ name: web1, address: 127.0.0.1, port: ${listed.port} }]\n`,
  );
  await expect.poll(async () => (await fetch(`${url}/-/ready`)).status).toBe(200);
  const probed = await text(`${url}/probe?target=127.0.0.1:${stranger.port}`);
  expect(probed).toContain("\nroundsman_uptime_seconds 2\n");
  expect(await text(`${url}/probe?target=web1`)).toContain("\nroundsman_uptime_seconds 1\n");
  const all = await text(`${url}/metrics`);
  expect(all.match(/^roundsman_up\{.*$/gm)).toEqual(['roundsman_up{instance="web1"} 1']);
  expect(all).not.toMatch(/ 666$/m);
});

test("a round and a probe of one host are one poll", async () => {
  const slow = await agent((socket) => {
    setTimeout(() => socket.end("<<<uptime>>>\n5 1\n"), 500);
  });
  const { url } = await serving(
    `hosts: [{ name: web1, address: 127.0.0.1, port: ${slow.port} }]\n`,
  );
  await expect.poll(() => slow.open()).toBe(1);
  expect(await text(`${url}/probe?target=web1`)).toContain("roundsman_up 1");
  expect(slow.accepted()).toBe(1);
  expect(await text(`${url}/metrics`)).toContain('roundsman_up{instance="web1"} 1');
});

test("as many series of hosts are told of as a scrape has", async () => {
  const { port } = await agent(answering("<<<uptime>>>\n5 1\n<<<<vm1>>>>\n<<<uptime>>>\n6 1\n"));
  const { url } = await serving(
    `hosts: [{ name: web1, address: 127.0.0.1, port: ${port} }, { name: web2, address: 127.0.0.1, port: 1 }]\n`,
  );
  await expect.poll(async () => (await fetch(`${url}/-/ready`)).status).toBe(200);
  const all = await text(`${url}/metrics`);
  expect(all).toContain('roundsman_uptime_seconds{instance="vm1"} 6');
  const ofHosts = all.match(/^\w+\{.*\binstance="(?:web1|web2|vm1)"/gm) ?? [];
  expect(all).toContain(`\nroundsman_series_exposed ${ofHosts.length}\n`);
});

test("a web config protects all of it, from the config or by a flag", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "web.yml");
  writeFileSync(file, `basic_auth_users: { ann: "${hashSync("s3cret", 4)}" }\n`);
  const pollers = [await serving(`web_config: ${file}\n`), await serving("", { webConfig: file })];
  for (const { url } of pollers) {
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: basic("ann", "s3cret") })).status).toBe(200);
  }
});

test("a web config that is wrong is told before anything is listened on", async () => {
  const file = join(temporaryFolder(), "web.yml");
  writeFileSync(file, "\nbasic_auth_user: {}\n");
  await expect(serving("", { webConfig: file })).rejects.toThrow(
    `${file}:2: basic_auth_user: unknown key (did you mean basic_auth_users?)`,
  );
});

test("a relative web config in the config is refused, with its line", async () => {
  await expect(serving("web_config: web.yml\n")).rejects.toThrow(
    /poller\.yaml:3: web_config: is not an absolute path$/,
  );
});

test("what remote write alone needs is loaded where it is configured only", async () => {
  const mapped = async (config: string): Promise<string> => {
    const folder = temporaryFolder();
    const file = join(folder, "poller.yaml");
    writeFileSync(file, `listen: 127.0.0.1:0\nstate_dir: ${folder}/state\n${config}`);
    const { pid } = await startProgram(
      bin("roundsman-poller"),
      ["serve", "--config", file],
      "ready",
    );
    return readFileSync(`/proc/${pid}/maps`, "utf8");
  };
  expect(await mapped("")).not.toContain("snappy");
  expect(await mapped("remote_write: [{ url: http://127.0.0.1:1/write }]\n")).toContain("snappy");
});

describe("a config that is read again", () => {
  /** A poller that logs, and what it has logged. */
  async function logging(config: string) {
    const folder = temporaryFolder();
    const file = join(folder, "poller.yaml");
    const fixed = `state_dir: ${folder}/state\n`;
    writeFileSync(file, `${fixed}${config}`);
    const flags = ["--config", file, "--listen", "127.0.0.1:0"];
    const poller = await startProgram(bin("roundsman-poller"), ["serve", ...flags], "ready");
    const url = /http:\S+(?= hosts)/.exec(poller.output())?.[0] ?? "";
    const reload = async (next: string): Promise<number> => {
      writeFileSync(file, `${fixed}${next}`);
      return (await fetch(`${url}/-/reload`, { method: "POST" })).status;
    };
    const warnings = (): string[] =>
      [...poller.output().matchAll(/"level":40,.*"msg":"(.*)"/g)].map(([, text = ""]) => text);
    return { url, reload, warnings };
  }

  test("has its other settings in force where some want a restart, which are told", async () => {
    const { port } = await agent(answering("<<<uptime>>>\n5 1\n"));
    const { url, reload, warnings } = await logging("poll: { concurrency: 4 }\n");
    const hosts = `hosts: [{ name: web1, address: 127.0.0.1, port: ${port} }]\n`;
    // Where it listens is told by a flag: the config's word for it counts for nothing.
    const next = `listen: 127.0.0.9:1\npoll: { concurrency: 8, max_open: 10 }\n${hosts}`;
    expect(await reload(next)).toBe(200);
    expect(await text(`${url}/probe?target=web1`)).toContain("\nroundsman_up 1\n");
    expect(await text(`${url}/metrics`)).toContain("\nroundsman_config_last_reload_successful 1\n");
    expect(warnings()).toEqual([
      "poll.concurrency: 8 instead of 4 takes effect after a restart",
      "poll.max_open: 10 instead of 4096 takes effect after a restart",
    ]);
    expect(await reload(`poll: { concurrency: 4 }\n${hosts}`)).toBe(200);
    expect(warnings()).toHaveLength(2);
  });

  test("holds for strangers as well", async () => {
    const { port } = await agent(answering(`<<<uptime>>>\n5 1\n${"x".repeat(2000)}\n`));
    const { url, reload, write, folder } = await serving("probe_any: true\n");
    const up = async () =>
      /^roundsman_up .*/m.exec(await text(`${url}/probe?target=127.0.0.1:${port}`))?.[0];
    expect(await up()).toBe("roundsman_up 1");
    write(
      `listen: 127.0.0.1:0\nstate_dir: ${folder}/state\nprobe_any: true\npoll: { max_bytes: 1KiB }\n`,
    );
    await reload();
    expect(await up()).toBe("roundsman_up 0");
  });
});

test("a config that is a pipe, a device or a folder is wrong usage, and nobody waits for it", async () => {
  const folder = temporaryFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const refusals = [pipe, "/dev/zero", folder].map(async (config) =>
    runProgram(bin("roundsman-poller"), ["serve", "--config", config], { timeout: 30_000 }).catch(
      (error: unknown) => error,
    ),
  );
  expect(await Promise.all(refusals)).toMatchObject([
    { code: 3, stderr: `roundsman-poller: cannot read ${pipe}: it is no regular file\n` },
    { code: 3, stderr: "roundsman-poller: cannot read /dev/zero: it is no regular file\n" },
    { code: 3, stderr: `roundsman-poller: cannot read ${folder}: it is a folder\n` },
  ]);
});

test("a config may be piped in, and is shown though it cannot be read again", async () => {
  const text = "listen: 127.0.0.1:0\nhosts: [{ name: piped, address: 127.0.0.1, port: 1 }]\n";
  const state = temporaryFolder();
  const inner = `echo "pid $$"; exec "$0" serve --config /dev/stdin --state-dir "$1"`;
  const words = ["-c", `printf %s "$1" | sh -c "$2" "$0" "$3"`];
  const poller = await startProgram(
    "sh",
    [...words, bin("roundsman-poller"), text, inner, state],
    "ready",
  );
  // The end of the shell is not its end.
  const pid = Number(/pid (\d+)/.exec(poller.output())?.[1]);
  onTestFinished(() => void process.kill(pid, "SIGKILL"));
  const url = /http:\S+(?= hosts)/.exec(poller.output())?.[0] ?? "";
  expect(await (await fetch(`${url}/config`)).text()).toContain("name: piped");
  expect((await fetch(`${url}/-/reload`, { method: "POST" })).status).toBe(500);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('{instance="piped"}');
});

test("a second signal ends it at once, with the programs that run", async () => {
  const folder = temporaryFolder();
  const [file, pids] = [join(folder, "poller.yaml"), join(folder, "pids")];
  const hosts = Array.from(
    { length: 8 },
    (_, i) => `{ name: web${i}, program: [sh, -c, "echo $$ >> ${pids}; exec sleep 4711"] }`,
  );
  writeFileSync(
    file,
    `listen: 127.0.0.1:0\nstate_dir: ${folder}/state\npoll: { interval: 1h, timeout: 9m }\nhosts: [${hosts.join()}]\n`,
  );
  const poller = await startProgram(bin("roundsman-poller"), ["serve", "--config", file], "ready");
  const started = (): number[] => readFileSync(pids, "utf8").trim().split("\n").map(Number);
  await eventually(() => (started().length === hosts.length ? true : undefined));
  process.kill(poller.pid, "SIGINT");
  expect(await poller.stop("SIGTERM")).toBe(1);
  await eventually(() => (started().some(isAlive) ? undefined : true));
});
