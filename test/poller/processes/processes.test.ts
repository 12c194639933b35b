import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../programs.ts";
import { scraped } from "../scraped.ts";
import { type Agent, agent, answering, hanging } from "../sources/agents.ts";
import { isAlive, type Poller, poller, ready } from "./poller.ts";

const local = (...lines: string[]): string => `<<<local:sep(0)>>>\n${lines.join("\n")}\n`;

/** So many that no process is without one. */
const NAMES = Array.from({ length: 12 }, (_, i) => `web${i}`);

const entry = (name: string, { port }: Agent, more = ""): string =>
  `  - { name: ${name}, address: 127.0.0.1, port: ${port}${more} }\n`;

const config = (hosts: string, more = ""): string =>
  `processes: 2\npoll: { interval: 1h, timeout: 20s }\n${more}hosts:\n${hosts}`;

/** A poller with hosts that answer alike, each with an agent of its own. */
async function fleet() {
  const agents = await Promise.all(NAMES.map(() => agent(answering(local("0 A - fine")))));
  const hosts = NAMES.map((name, i) => entry(name, agents[i]!)).join("");
  const one = await poller(config(hosts));
  await ready(one);
  return { one, agents, hosts };
}

const ups = async (one: Poller): Promise<readonly unknown[][]> =>
  (scraped(await one.get("/metrics")).get("roundsman_up")?.samples ?? [])
    .map(({ labels, value }) => [labels["instance"], value])
    .sort();

const value = async (one: Poller, name: string): Promise<number | undefined> =>
  scraped(await one.get("/metrics")).get(name)?.samples[0]?.value;

describe("several processes", () => {
  test("poll, and one shows what they found", async () => {
    // What runs programs is started by each process for itself.
    const says = `"echo '<<<local:sep(0)>>>'; echo 0 Runner - $PPID"`;
    const hosts = NAMES.map((name) => `  - { name: ${name}, program: [sh, -c, ${says}] }\n`);
    const one = await poller(config(hosts.join("")));
    await ready(one);
    const runners = await Promise.all(NAMES.map((name) => one.summary(name, "Runner")));
    expect(new Set(runners).size).toBe(2);
    expect(await ups(one)).toEqual(NAMES.map((name) => [name, 1]).sort());
    const read = scraped(await one.get("/metrics"));
    expect(read.get("roundsman_polls_total")?.samples).toEqual([
      { name: "roundsman_polls_total", labels: { result: "ok" }, value: NAMES.length },
    ]);
    expect(read.get("roundsman_hosts")?.samples[0]?.value).toBe(NAMES.length);
    const cpu = read.get("process_cpu_seconds_total")?.samples ?? [];
    expect(cpu.map(({ labels }) => labels["process"])).toEqual(["1", "2", undefined]);
    const { polls } = JSON.parse(await one.get("/api/v1/hosts/web1")) as { polls: unknown[] };
    expect(polls).toHaveLength(1);
  });

  test("of which one dies: it is started again, its hosts are polled again, others are not", async () => {
    const { one, agents } = await fleet();
    expect(await value(one, "roundsman_polls_total")).toBe(NAMES.length);
    const [first = 0] = one.pollers();
    process.kill(first, "SIGKILL");
    await eventually(() => (agents.some((each) => each.accepted() > 1) ? true : undefined));
    expect(await ups(one)).toEqual(NAMES.map((name) => [name, 1]).sort());
    await expect
      .poll(() => value(one, "roundsman_polls_total"), { timeout: 45_000 })
      .toBe(agents.reduce((sum, each) => sum + each.accepted(), 0));
    expect(await value(one, "roundsman_process_restarts_total")).toBe(1);
    expect(agents.map((each) => each.accepted())).toContain(1);
    expect(one.pollers()).toHaveLength(2);
    expect(one.pollers()).not.toContain(first);
    expect(one.log().match(/.*a process that polls died.*/g)).toHaveLength(1);
    expect(one.log()).toMatch(/"reason":"SIGKILL".*started again in 1 s/);
  });

  test("are told of hosts that come and go, and of rules that change", async () => {
    const { one, agents, hosts } = await fleet();
    const added = await agent(answering(local("1 A - so so")));
    const kept = hosts.split("\n").slice(4).join("\n");
    const more = Array.from({ length: 4 }, (_, i) => entry(`new${i}`, added)).join("");
    const ignored = 'rules: [{ service: A, where: { host: "web*" }, ignore: true }]\n';
    one.reload(config(`${kept}${more}`, ignored));
    const names = [...NAMES.slice(4), "new0", "new1", "new2", "new3"];
    await expect
      .poll(() => ups(one), { timeout: 45_000 })
      .toEqual(names.map((name) => [name, 1]).sort());
    expect(agents.map((each) => each.accepted())).toEqual(NAMES.map(() => 1));
    expect(await one.summary("new1", "A")).toBe("so so");
    const probed = await Promise.all(
      NAMES.slice(4).map((name) => one.get(`/probe?target=${name}&strict=1`)),
    );
    for (const text of probed) expect(text).not.toContain('service="A"');
    one.reload(`processes: 3\n${config(kept).split("\n").slice(1).join("\n")}`);
    await eventually(
      () =>
        one.log().includes("processes: 3 instead of 2 takes effect after a restart") || undefined,
    );
    expect(one.pollers()).toHaveLength(2);
  });

  test("poll once where a probe is asked for while a round goes on, whichever has the host", async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((done) => (answer = done));
    const slow = await Promise.all(
      NAMES.map(() => agent((socket) => void asked.then(() => socket.end(local("0 A - late"))))),
    );
    const one = await poller(config(NAMES.map((name, i) => entry(name, slow[i]!)).join("")));
    await eventually(() => slow.every((each) => each.open() === 1) || undefined);
    const probes = NAMES.map((name) => one.get(`/probe?target=${name}`));
    // They are on their way.
    await new Promise((done) => setTimeout(done, 3000));
    answer();
    const texts = await Promise.all(probes);
    for (const text of texts) expect(text).toContain("\nroundsman_up 1\n");
    expect(slow.map((each) => each.accepted())).toEqual(NAMES.map(() => 1));
  });

  test("are waited for by a probe while they are being started again", async () => {
    const { one, agents } = await fleet();
    for (const pid of one.pollers()) process.kill(pid, "SIGKILL");
    await eventually(() => one.log().match(/died/g)?.length === 2 || undefined);
    const texts = await Promise.all(NAMES.map((name) => one.get(`/probe?target=${name}`)));
    for (const text of texts) expect(text).toContain("\nroundsman_up 1\n");
    for (const each of agents) expect(each.accepted()).toBeGreaterThan(1);
  });

  test("say so to a probe when one dies that polls its host", async () => {
    const silent = await agent(hanging);
    const one = await poller(config(NAMES.map((name) => entry(name, silent)).join("")));
    await eventually(() => silent.open() === NAMES.length || undefined);
    const probes = NAMES.map((name) => fetch(`${one.url}/probe?target=${name}`));
    // They are on their way.
    await new Promise((done) => setTimeout(done, 3000));
    for (const pid of one.pollers()) process.kill(pid, "SIGKILL");
    for (const response of await Promise.all(probes))
      expect([response.status, await response.text()]).toEqual([
        503,
        "the process that polls it ended; it is being restarted\n",
      ]);
  });

  test("probe strangers where that is allowed, and leave off when nobody waits any more", async () => {
    const [quick, silent] = [await agent(answering(local("0 A - fine"))), await agent(hanging)];
    const one = await poller(config(entry("web1", quick), "probe_any: true\n"));
    await ready(one);
    const probe = (port: number): string => `/probe?target=127.0.0.1:${port}`;
    const stranger = await agent(answering(local("0 B - strange")));
    expect(await one.get(probe(stranger.port))).toContain('service="B"');
    expect(await one.get("/metrics")).not.toContain('service="B"');
    const leaving = new AbortController();
    const asked = fetch(`${one.url}${probe(silent.port)}`, { signal: leaving.signal });
    await eventually(() => silent.open() === 1 || undefined);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => silent.open() === 0 || undefined);
  });
});

describe("the end", () => {
  /** Once all that belonged to it is gone. */
  async function nothingOf(pids: readonly number[]): Promise<void> {
    await eventually(() => !pids.some(isAlive) || undefined);
  }

  test("of the poller is that of its processes: 0, and nothing is left", async () => {
    const { one } = await fleet();
    const pids = one.pollers();
    expect(pids).toHaveLength(2);
    one.child.kill("SIGTERM");
    expect(await one.ended).toBe(0);
    await nothingOf(pids);
    expect(one.log()).not.toContain("died");
  });

  test("comes by a signal to all of them as well, as a terminal sends it, in the midst of polls", async () => {
    const silent = await agent(hanging);
    const one = await poller(config(NAMES.map((name) => entry(name, silent)).join("")));
    await eventually(() => silent.open() === NAMES.length || undefined);
    const pids = one.pollers();
    process.kill(-(one.child.pid ?? 0), "SIGINT");
    expect(await one.ended).toBe(0);
    await nothingOf(pids);
    expect(one.log()).not.toContain("died");
  });

  test("leaves nobody behind when the poller is killed, not even with a program that runs", async () => {
    const hosts = NAMES.map((name) => `  - { name: ${name}, program: [sleep, "4711"] }\n`);
    const one = await poller(config(hosts.join("")));
    // Two processes, what runs programs for each, and the programs.
    await eventually(() => one.descendants().length >= 4 + NAMES.length || undefined);
    const pids = one.descendants();
    one.child.kill("SIGKILL");
    await one.ended;
    await nothingOf(pids);
  });

  test("comes at once at a second signal, though a process hangs", async () => {
    const { one } = await fleet();
    const [first = 0, second = 0] = one.pollers();
    process.kill(first, "SIGSTOP");
    onTestFinished(() => {
      if (isAlive(first)) process.kill(first, "SIGKILL");
    });
    one.child.kill("SIGTERM");
    await eventually(() => !isAlive(second) || undefined);
    one.child.kill("SIGTERM");
    expect(await one.ended).toBe(1);
    await nothingOf([first, second]);
  });
});
