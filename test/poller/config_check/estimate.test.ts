import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultConfig } from "../../../poller/config.ts";
import { loadOf, NO_LOAD, shardsFor, together } from "../../../poller/config_check/estimate.ts";
import { openStore } from "../../../poller/memory/store.ts";
import { bin } from "../../dist.ts";
import { top } from "../../peers.ts";
import { eventually, startProgram, temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { agent, answering } from "../sources/agents.ts";

const { poll } = defaultConfig();
const known = (services: number) => ({
  ...{ at: 1, sections: [], compared: {} },
  services: Array.from({ length: services }, (_, i) => `s${i}`),
});

test("what a host comes to is about what is scraped of it", async () => {
  const report = readFileSync(join(top, "test/fixtures/output/specimen.txt"), "utf8");
  const { port } = await agent(answering(report));
  const folder = temporaryFolder();
  const config = join(folder, "p.yaml");
  const host = `{ name: web1, address: 127.0.0.1, port: ${port} }`;
  const state = join(folder, "state");
  writeFileSync(config, `listen: 127.0.0.1:0\nstate_dir: ${state}\nhosts: [${host}]\n`);
  const serving = await startProgram(
    bin("roundsman-poller"),
    ["serve", "--config", config],
    "ready",
  );
  const [url = ""] = /http:\/\/[\d.:]+/.exec(serving.output()) ?? [];
  const text = await eventually(async () => {
    const metrics = await (await fetch(`${url}/metrics?host=web1`)).text();
    return metrics.includes('roundsman_up{instance="web1"} 1') ? metrics : undefined;
  });
  await serving.stop();
  const store = openStore(state, () => undefined);
  const { series, bytes } = loadOf(hostOf(port), store.known("web1"), poll);
  await store.close();
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  expect(series / lines.length).toBeGreaterThan(0.5);
  expect(series / lines.length).toBeLessThan(2);
  const size = lines.join("\n").length;
  expect(bytes / size).toBeGreaterThan(0.5);
  expect(bytes / size).toBeLessThan(2);
});

test("a host has no more series than it may have, besides the poller's own", () => {
  const limited = loadOf(hostOf(1), known(5000), { ...poll, maxSeries: 1000 });
  expect(limited).toMatchObject({ limited: 1, known: 1 });
  expect(limited.series).toBeGreaterThan(1000);
  expect(limited.series).toBeLessThan(7000);
  expect(loadOf(hostOf(1), undefined, poll)).toMatchObject({ limited: 0, known: 0 });
});

test("polls and connections are counted by interval and timeout; programs take no connection", () => {
  const often = hostOf(1, { intervalSeconds: 10, timeoutSeconds: 5 });
  const program = hostOf(1, { intervalSeconds: 10, program: ["x"] });
  const all = [often, often, program].map((host) => loadOf(host, undefined, poll));
  const load = all.reduce(together, NO_LOAD);
  expect(load).toMatchObject({ hosts: 3, hanging: 1 });
  expect(load.pollsPerSecond).toBeCloseTo(0.3);
});

test("a scrape that is too large is divided into parts that are not", () => {
  const MiB = 1024 * 1024;
  expect([shardsFor(0), shardsFor(16 * MiB)]).toEqual([1, 1]);
  for (const size of [17 * MiB, 100 * MiB, 5000 * MiB])
    expect(size / shardsFor(size)).toBeLessThanOrEqual(12 * MiB);
});
