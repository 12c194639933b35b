import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { Flights } from "../../../poller/flights.ts";
import { poll } from "../../../poller/poll.ts";
import { defectOf, ending, errorOf, ProcessLost } from "../../../poller/processes/protocol.ts";
import { withoutInstance } from "../../../poller/render.ts";
import { program, testWith } from "../../peers.ts";
import { hostOf } from "../hosts.ts";
import { meansOf } from "../means.ts";
import { scraped } from "../scraped.ts";
import { agent, answering, hanging } from "../sources/agents.ts";
import { serving, text } from "./serving.ts";

const REPORT =
  '<<<uptime>>>\n12345.6 1\n<<<local:sep(0)>>>\n1 "Doors {instance=\\"web1\\"" a=1 x\n';

const value = async (url: string, name: string): Promise<number | undefined> =>
  scraped(await text(url)).get(name)?.samples[0]?.value;

/** Tells each connection its number as the uptime, after some time. */
function counting(milliseconds: number) {
  let count = 0;
  return agent((socket) => {
    const report = `<<<uptime>>>\n${++count} 1\n`;
    setTimeout(() => socket.end(report), milliseconds);
  });
}

describe("a probe", () => {
  test("gives the metrics of one host without saying of which, and nothing of the poller", async () => {
    const { port } = await agent(answering(REPORT));
    const { url } = await serving([hostOf(port), hostOf(1, { name: "other" })]);
    const families = scraped(await text(`${url}/probe?target=web1`));
    const samples = [...families.values()].flatMap((family) => family.samples);
    expect(samples.length).toBeGreaterThan(10);
    expect(samples.filter(({ labels }) => "instance" in labels)).toEqual([]);
    expect(families.get("roundsman_up")?.samples).toEqual([
      { name: "roundsman_up", labels: {}, value: 1 },
    ]);
    expect(families.get("roundsman_service_state")?.samples[0]?.labels).toEqual({
      ...{ check: "agent", service: "Agent" },
    });
    expect(families.has("roundsman_build_info")).toBe(false);
  });

  test("knows a host by its name, its address and port, and its address alone", async () => {
    const { port } = await agent(answering(REPORT));
    const { url } = await serving([
      hostOf(port, { name: "web 1/ä" }),
      hostOf(6556, { name: "here", address: "127.0.0.9" }),
    ]);
    for (const target of [encodeURIComponent("web 1/ä"), `127.0.0.1:${port}`])
      expect(await value(`${url}/probe?target=${target}`, "roundsman_up")).toBe(1);
    expect(await value(`${url}/probe?target=127.0.0.9`, "roundsman_up")).toBe(0);
  });

  test("connects to nobody who is not listed", async () => {
    const there = await agent(answering(REPORT));
    const { url } = await serving([hostOf(1)]);
    for (const target of [
      `127.0.0.1:${there.port}`,
      "[::1]:6556",
      "localhost",
      "constructor",
      "",
      "a b",
    ]) {
      const response = await fetch(`${url}/probe?target=${encodeURIComponent(target)}`);
      expect([response.status, await response.text()]).toEqual([
        400,
        `target=${JSON.stringify(target)}: is no configured host\n`,
      ]);
    }
    expect(there.accepted()).toBe(0);
  });

  test.each([
    ["", "target: is missing: which host?"],
    ["?target=web1&target=web1", "target: is there 2 times"],
    ["?target=web1&strict=yes", 'strict="yes": must be 0 or 1'],
    ["?target=web1&modul=x", 'unknown parameter "modul"; it has target, strict'],
  ])("is refused where it is not understood: %s", async (query, line) => {
    const { url } = await serving([hostOf(1)]);
    const response = await fetch(`${url}/probe${query}`);
    expect([response.status, await response.text()]).toEqual([400, `${line}\n`]);
  });

  test("is not of a guest, who cannot be polled", async () => {
    const { port } = await agent(answering("<<<<vm1>>>>\n<<<uptime>>>\n1 1\n<<<<>>>>\n"));
    const { url, pollAll } = await serving([hostOf(port)]);
    await pollAll();
    expect(await text(`${url}/metrics?host=vm1`)).toContain('roundsman_up{instance="vm1"} 1');
    expect((await fetch(`${url}/probe?target=vm1`)).status).toBe(400);
  });

  test("polls now, and what it finds is known to all", async () => {
    const there = await counting(0);
    const { url, pollAll } = await serving([hostOf(there.port)]);
    await pollAll();
    expect(await value(`${url}/probe?target=web1`, "roundsman_uptime_seconds")).toBe(2);
    expect(await value(`${url}/metrics?host=web1`, "roundsman_uptime_seconds")).toBe(2);
    expect(there.accepted()).toBe(2);
  });

  test("joins a poll that is under way, as others join it", async () => {
    const there = await counting(300);
    const { url, pollAll } = await serving([hostOf(there.port)]);
    const probes = Array.from({ length: 20 }, () =>
      value(`${url}/probe?target=web1`, "roundsman_uptime_seconds"),
    );
    const own = pollAll();
    expect(new Set(await Promise.all(probes))).toEqual(new Set([1]));
    await own;
    expect(there.accepted()).toBe(1);
  });
});

describe("a probe that fails", () => {
  test("says that the host is down, and nothing of what was known before", async () => {
    let alive = true;
    const { port } = await agent((socket) => (alive ? socket.end(REPORT) : socket.destroy()));
    const { url, pollAll } = await serving([hostOf(port)]);
    await pollAll();
    alive = false;
    const response = await fetch(`${url}/probe?target=web1`);
    expect(response.status).toBe(200);
    const families = scraped(await response.text());
    expect(families.get("roundsman_up")?.samples[0]?.value).toBe(0);
    expect(families.has("roundsman_uptime_seconds")).toBe(false);
    expect(families.get("roundsman_service_state")?.samples).toEqual([
      {
        ...{ name: "roundsman_service_state", value: 2 },
        labels: { check: "agent", service: "Agent" },
      },
    ]);
    expect(families.get("roundsman_poll_errors_total")?.samples[0]?.labels).toEqual({
      reason: "empty",
    });
    expect(await text(`${url}/metrics?host=web1`)).toContain("roundsman_uptime_seconds");
  });

  test("is a 502 with its reason where that is asked for", async () => {
    const { url } = await serving([hostOf(1)]);
    const response = await fetch(`${url}/probe?target=web1&strict=1`);
    expect(response.status).toBe(502);
    expect(await response.text()).toMatch(/^refused: web1 .*connection refused\n$/);
    expect((await fetch(`${url}/probe?target=web1&strict=0`)).status).toBe(200);
  });

  test("ends half a second before the scrape does, and harms nobody else's poll", async () => {
    const there = await agent(hanging);
    const { url, snapshots } = await serving([hostOf(there.port, { timeoutSeconds: 20 })]);
    const headers = { "x-prometheus-scrape-timeout-seconds": "1.2" };
    const began = performance.now();
    const response = await fetch(`${url}/probe?target=web1`, { headers });
    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeGreaterThan(0.65);
    expect(seconds).toBeLessThan(1.2);
    const families = scraped(await response.text());
    expect(families.get("roundsman_up")?.samples[0]?.value).toBe(0);
    expect(families.get("roundsman_poll_duration_seconds")?.samples[0]?.value).toBeCloseTo(0.7, 0);
    expect(snapshots.get("web1")).toBeUndefined();
    await expect.poll(() => there.open()).toBe(0);
    const strict = await fetch(`${url}/probe?target=web1&strict=1`, { headers });
    expect([strict.status, await strict.text()]).toEqual([
      502,
      "timeout: web1: no report within the 0.7 s of the scrape\n",
    ]);
  });

  test.each(["soon", "-1", "0", "1e9", "9999999", "NaN", ""])(
    "is refused with a deadline that is none: %j",
    async (header) => {
      const { url } = await serving([hostOf(1)]);
      const headers = { "x-prometheus-scrape-timeout-seconds": header };
      expect((await fetch(`${url}/probe?target=web1`, { headers })).status).toBe(400);
    },
  );

  test("is stopped when whoever asked has left", async () => {
    const there = await agent(hanging);
    const { url, defects } = await serving([hostOf(there.port)]);
    const leaving = new AbortController();
    const probe = fetch(`${url}/probe?target=web1`, { signal: leaving.signal });
    await expect.poll(() => there.open()).toBe(1);
    leaving.abort();
    await expect(probe).rejects.toThrow();
    await expect.poll(() => there.open()).toBe(0);
    expect(defects).toEqual([]);
  });

  test.each([
    [new ProcessLost(), 503, "the process that polls it ended; it is being restarted\n"],
    [ending(), 503, "the poller ends\n"],
    [errorOf(defectOf(AbortSignal.abort().reason)), 503, "the poller ends\n"],
    [new TypeError("x is not a function"), 500, "internal error\n"],
  ])("says why nobody polls: %s", async (error, status, line) => {
    const prober = { poll: () => Promise.reject(error) };
    const { url, defects } = await serving([hostOf(1)], { prober });
    const response = await fetch(`${url}/probe?target=web1`);
    expect([response.status, await response.text()]).toEqual([status, line]);
    expect(response.headers.get("retry-after")).toBe(status === 503 ? "5" : null);
    expect(defects).toEqual(status === 503 ? [] : [error]);
  });

  test("does not take a poll with it for which others wait", async () => {
    const there = await counting(900);
    const { url, pollAll } = await serving([hostOf(there.port)]);
    const own = pollAll();
    const headers = { "x-prometheus-scrape-timeout-seconds": "0.6" };
    const probe = await fetch(`${url}/probe?target=web1`, { headers });
    expect(await probe.text()).toContain("roundsman_up 0");
    await own;
    expect(await value(`${url}/metrics?host=web1`, "roundsman_up")).toBe(1);
    expect(there.accepted()).toBe(1);
  });
});

test("where any address may be probed, one is, and leaves nothing behind", async () => {
  const { port } = await agent(answering(REPORT));
  const means = meansOf(checks);
  const flights = new Flights(
    async (host, signal) => (await poll(host, { ...means, last: () => undefined }, signal))[0]!,
  );
  const prober = {
    poll: (...args: Parameters<Flights["poll"]>) => flights.poll(...args),
    unlisted: ({ host, port }: { host: string; port: number }) =>
      hostOf(port, { name: `${host}:${port}`, address: host }),
  };
  const { url, snapshots } = await serving([], { prober });
  expect(await value(`${url}/probe?target=127.0.0.1:${port}`, "roundsman_up")).toBe(1);
  expect(snapshots.all()).toEqual([]);
  for (const target of ["127.0.0.1:0", "a b", "http://127.0.0.1/", "127.0.0.1:99999"])
    expect((await fetch(`${url}/probe?target=${encodeURIComponent(target)}`)).status).toBe(400);
});

test("the label is left out where it stands, and only there", () => {
  const lines = [
    'a{instance="x"} 1\n',
    'b{instance="x",l="{instance=\\"x\\","} 2\nb{instance="x",l="y"} 3\n',
  ];
  const text = Buffer.from(lines.join(""));
  const block = {
    ...{ metrics: [], text, ends: [lines[0]!.length, lines[0]!.length, text.length], after: 0 },
    written: { series: 3, duplicate: 0, limit: 0, truncated: 0 },
  };
  const without = withoutInstance(block, "x");
  expect(without.text.toString()).toBe('a 1\nb{l="{instance=\\"x\\","} 2\nb{l="y"} 3\n');
  expect(without).toEqual({ ...block, text: without.text, ends: [4, 4, without.text.length] });
});

testWith(program("promtool"))("promtool has nothing against a probe", async () => {
  const { port } = await agent(answering(REPORT));
  const { url } = await serving([hostOf(port), hostOf(1, { name: "down" })]);
  for (const target of ["web1", "down"]) {
    const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      ...{ input: await text(`${url}/probe?target=${target}`), encoding: "utf8" },
    });
    const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    expect(findings.filter((line) => !line.startsWith("node_"))).toEqual([]);
  }
});
