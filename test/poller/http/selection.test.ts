import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { isIn } from "../../../poller/http/selection.ts";
import { program, testWith } from "../../peers.ts";
import { hostOf } from "../hosts.ts";
import { scraped } from "../scraped.ts";
import { agent, answering } from "../sources/agents.ts";
import { serving, text } from "./serving.ts";

const REPORT = [
  "<<<mem>>>",
  "MemTotal: 1000 kB",
  "MemFree: 500 kB",
  "<<<uptime>>>",
  "12345.6 22222.2",
  "",
].join("\n");

/** A few hosts that were polled. */
async function fleet(count = 6) {
  const { port } = await agent(answering(REPORT));
  const hosts = Array.from({ length: count }, (_, i) => hostOf(port, { name: `web${i}` }));
  const { url, pollAll } = await serving(hosts);
  await pollAll();
  const families = async (query: string) => scraped(await text(`${url}/metrics${query}`));
  const instances = async (query: string) =>
    (await families(query)).get("roundsman_up")?.samples.map(({ labels }) => labels["instance"]) ??
    [];
  return { url, families, instances };
}

describe("shards", () => {
  test("have every host once, however many there are", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 200 }), (name, count) => {
        const numbers = Array.from({ length: count }, (_, i) => i + 1);
        expect(numbers.filter((number) => isIn(name, { number, count }))).toHaveLength(1);
      }),
    );
  });

  test("are about as large as each other", () => {
    const names = Array.from({ length: 4000 }, (_, i) => `host${i}`);
    for (const number of [1, 2, 3, 4]) {
      const { length } = names.filter((name) => isIn(name, { number, count: 4 }));
      expect(length).toBeGreaterThan(850);
      expect(length).toBeLessThan(1150);
    }
  });

  test("show their hosts, and the poller itself with the first alone", async () => {
    const { families, instances } = await fleet();
    const parts = [await instances("?shard=1/3"), await instances("?shard=2/3")];
    const all = [...parts.flat(), ...(await instances("?shard=3/3"))];
    expect([...all].sort()).toEqual(["web0", "web1", "web2", "web3", "web4", "web5"]);
    expect((await families("?shard=1/3")).has("roundsman_build_info")).toBe(true);
    expect((await families("?shard=2/3")).has("roundsman_build_info")).toBe(false);
    expect((await families("?shard=1/1")).get("roundsman_up")?.samples).toHaveLength(6);
  });
});

test("only the hosts that are asked for are shown, without the poller itself", async () => {
  const { families, instances } = await fleet();
  expect(await instances("?host=web1&host=web4&host=web1")).toEqual(["web1", "web4"]);
  expect((await families("?host=web1")).has("roundsman_build_info")).toBe(false);
  const shards = ["1/2", "2/2"].map((shard) => instances(`?host=web1&shard=${shard}`));
  expect((await Promise.all(shards)).flat()).toEqual(["web1"]);
});

test("the poller itself is to be had alone", async () => {
  const { url, families } = await fleet();
  const found = await families("?self=1");
  expect(found.has("roundsman_build_info")).toBe(true);
  expect(found.has("roundsman_up")).toBe(false);
  expect((await fetch(`${url}/metrics?self=1&host=web1`)).status).toBe(400);
  expect((await families("?self=0")).get("roundsman_up")?.samples).toHaveLength(6);
});

test("a host's name is decoded, and only then compared", async () => {
  const { port } = await agent(answering(REPORT));
  const name = "a b/ü&=%";
  const { url, pollAll } = await serving([hostOf(port, { name })]);
  await pollAll();
  const asked = `host=${encodeURIComponent(name).replaceAll("%20", "+")}`;
  const up = scraped(await text(`${url}/metrics?${asked}`)).get("roundsman_up");
  expect(up?.samples[0]?.labels).toEqual({ instance: name });
});

test("of sections that are asked for there is what their checks give, and what polls do", async () => {
  const { families } = await fleet(1);
  const names = (await families("?collect[]=uptime")).keys();
  expect([...names].filter((name) => !name.startsWith("roundsman_"))).toEqual([]);
  const only = await families("?collect[]=uptime");
  expect(only.has("roundsman_uptime_seconds")).toBe(true);
  expect(only.has("roundsman_up")).toBe(true);
  expect(only.has("roundsman_service_state")).toBe(true);
  expect(only.has("roundsman_sections")).toBe(false);
  expect(only.has("roundsman_build_info")).toBe(false);
  const both = await families("?collect%5B%5D=uptime&collect[]=mem");
  expect(both.has("node_memory_MemTotal_bytes")).toBe(true);
  const own = checks.find(({ section }) => section === "mem")?.metrics ?? [];
  const given = new Set(own.flatMap((one) => ("families" in one ? one.families : [one])));
  const wanted = [...given].map(({ name }) => name);
  const memory = [...(await families("?collect[]=mem")).keys()].filter((name) =>
    name.startsWith("node_"),
  );
  expect(memory.filter((name) => !wanted.includes(name))).toEqual([]);
});

describe("what cannot be meant is answered with 400 and one line", () => {
  test.each([
    ["shards=1/2", 'unknown parameter "shards" (did you mean shard?)'],
    ["foo=1", 'unknown parameter "foo"; it has shard, host, collect[], self'],
    ["__proto__=1", 'unknown parameter "__proto__"; it has shard, host, collect[], self'],
    ["shard=0/2", 'shard="0/2": I must be from 1 to 2'],
    ["shard=3/2", 'shard="3/2": I must be from 1 to 2'],
    ["shard=1/0", 'shard="1/0": N must be from 1 to 10000'],
    ["shard=1/99999", 'shard="1/99999": N must be from 1 to 10000'],
    ["shard=1.5/2", 'shard="1.5/2": must be I/N, such as 1/4'],
    ["shard=", 'shard="": must be I/N, such as 1/4'],
    ["shard=1/2&shard=2/2", "shard: is there 2 times"],
    ["host=nobody", 'host="nobody": there is no such host'],
    ["host=constructor", 'host="constructor": there is no such host'],
    ["collect[]=mems", 'collect[]="mems": there is no check of that name (did you mean mem?)'],
    ["collect[]=%00%1b[2J", 'collect[]="\\u0000\\u001b[2J": there is no check of that name'],
    ["host=%zz", '"%zz" is not percent-encoded text'],
    ["%ff=1", '"%ff" is not percent-encoded text'],
    ["x&".repeat(300), "more than 256 parameters"],
  ])("%s", async (query, line) => {
    const { url } = await serving([hostOf(1)]);
    const response = await fetch(`${url}/metrics?${query}`);
    expect([response.status, await response.text()]).toEqual([400, `${line}\n`]);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  });

  test("ten thousand parameters are too long a head", async () => {
    const { url } = await serving([]);
    const { status } = await fetch(`${url}/metrics?${"host=a&".repeat(10_000)}`);
    expect(status).toBe(431);
  });

  test("a parameter of any length is shown cut", async () => {
    const { url } = await serving([]);
    const answer = await text(`${url}/metrics?${"x".repeat(7000)}=1`);
    expect(answer).toMatch(/^unknown parameter/);
    expect(answer.length).toBeLessThan(200);
  });
});

testWith(program("promtool"))("promtool has nothing against any part of it", async () => {
  const { url } = await fleet(3);
  for (const query of ["?shard=1/2", "?shard=2/2", "?host=web1", "?collect[]=uptime"]) {
    const input = await text(`${url}/metrics${query}`);
    const { stderr, stdout } = spawnSync("promtool", ["check", "metrics"], {
      ...{ input, encoding: "utf8" },
    });
    const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    expect(findings.filter((line) => !line.startsWith("node_"))).toEqual([]);
  }
});
