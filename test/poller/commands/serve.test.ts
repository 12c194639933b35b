import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../../poller/commands/serve.ts";
import { bin } from "../../dist.ts";
import { startProgram, temporaryFolder } from "../../programs.ts";
import { basic } from "../http/web.ts";
import { agent, answering } from "../sources/agents.ts";

/** A poller with a config, on any free port, until the test is over. */
async function serving(config: string, flags: Partial<Parameters<typeof serve>[0]> = {}) {
  const folder = temporaryFolder();
  const file = join(folder, "poller.yaml");
  writeFileSync(file, `listen: 127.0.0.1:0\nstate_dir: ${folder}/state\n${config}`);
  const poller = await serve({ config: file, ...flags });
  onTestFinished(poller.stop);
  return { ...poller, folder };
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
