import { spawn } from "node:child_process";
import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Lookup, type Asker, type Resolve } from "../../../poller/sources/lookup.ts";
import { common, tcp } from "../../../poller/sources/tcp.ts";
import type { Source } from "../../../poller/sources/source.ts";
import { eventually } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { agent, answering, hanging, reportOf } from "./agents.ts";
import { failureOf, outcomeOf, reportFrom } from "./outcomes.ts";

const patient: Asker = { hold: () => undefined, resume: () => undefined };

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

/** An address at which nobody takes connections, and the kernel has no room for more of them. */
async function full(address: string, port: number): Promise<string> {
  const program = `require("node:net").createServer().listen({ host: "${address}", port: ${port}, backlog: 1 }, () => process.send("there"))`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", 2, 2, "ipc"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  child.kill("SIGSTOP");
  const sockets = Array.from({ length: 8 }, () =>
    connect({ host: address, port }).on("error", () => undefined),
  );
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  await eventually(() => sockets.some(({ connecting }) => !connecting) || undefined);
  return address;
}

const failing = (code: string): Error => Object.assign(new Error(code), { code });

/** A resolver whose answers, and a clock whose time, are the test's. */
function scripted(answer: Resolve) {
  const asked: string[] = [];
  const clock = { now: 1000 };
  const stage = { answer };
  const lookup = new Lookup({
    resolve: (name) => {
      asked.push(name);
      return stage.answer(name);
    },
    now: () => clock.now,
  });
  const find = async (name: string): Promise<string[]> =>
    (await lookup.find(name, patient)).map(({ address }) => address);
  return { lookup, find, asked, clock, stage };
}

const answers =
  (...addresses: LookupAddress[]): Resolve =>
  () =>
    Promise.resolve(addresses);

describe("the addresses of a name", () => {
  test("are asked for once a minute, and once for all who want them together", async () => {
    const { find, asked, clock } = scripted(answers(v4("192.0.2.1")));
    expect(await Promise.all([find("a"), find("a")])).toEqual([["192.0.2.1"], ["192.0.2.1"]]);
    clock.now += 59;
    expect(await find("a")).toEqual(["192.0.2.1"]);
    expect(asked).toEqual(["a"]);
  });

  test("that are older are used while newer ones are asked for", async () => {
    const { find, asked, clock, stage } = scripted(answers(v4("192.0.2.1")));
    await find("a");
    clock.now += 61;
    stage.answer = answers(v4("192.0.2.2"));
    expect(await find("a")).toEqual(["192.0.2.1"]);
    await vi.waitFor(async () => expect(await find("a")).toEqual(["192.0.2.2"]), 5000);
    expect(asked).toEqual(["a", "a"]);
  });

  test("are used for ten minutes where the name server does not answer", async () => {
    const { find, asked, clock, stage } = scripted(answers(v4("192.0.2.1")));
    await find("a");
    stage.answer = () => Promise.reject(failing("EAI_AGAIN"));
    for (clock.now += 61; clock.now < 1600; clock.now += 10) {
      expect(await find("a")).toEqual(["192.0.2.1"]);
      await sleep(0);
    }
    expect(asked.length).toBeGreaterThan(30);
    await expect(find("a")).rejects.toThrow("EAI_AGAIN");
  });

  test("are gone when the name is", async () => {
    const { find, clock, stage } = scripted(answers(v4("192.0.2.1")));
    await find("a");
    clock.now += 61;
    stage.answer = () => Promise.reject(failing("ENOTFOUND"));
    expect(await find("a")).toEqual(["192.0.2.1"]);
    await vi.waitFor(() => expect(find("a")).rejects.toThrow("ENOTFOUND"), 5000);
  });

  test("are so many that a name cannot fill the memory", async () => {
    const many = Array.from({ length: 1000 }, (_, index) => v4(`192.0.2.${index % 250}`));
    const { find } = scripted(answers(...many));
    expect(await find("a")).toHaveLength(8);
  });
});

describe("a name that is not found", () => {
  test("is asked for again after five seconds", async () => {
    const { find, asked, clock, stage } = scripted(() => Promise.reject(failing("EAI_AGAIN")));
    await expect(find("a")).rejects.toThrow("EAI_AGAIN");
    clock.now += 4;
    await expect(find("a")).rejects.toThrow("EAI_AGAIN");
    expect(asked).toEqual(["a"]);
    clock.now += 2;
    stage.answer = answers(v4("192.0.2.1"));
    expect(await find("a")).toEqual(["192.0.2.1"]);
  });

  test("leaves room for others when it is asked for again", async () => {
    const { find, lookup, asked, clock, stage } = scripted(() =>
      Promise.reject(failing("EAI_AGAIN")),
    );
    await Promise.allSettled(["bad1", "bad2", "bad3"].map(find));
    clock.now += 6;
    stage.answer = (name) =>
      name.startsWith("bad") ? new Promise(() => undefined) : Promise.resolve([v4("192.0.2.1")]);
    for (const name of ["bad1", "bad2", "bad3"]) void find(name).catch(() => undefined);
    expect(await Promise.all(["a", "b", "c"].map(find))).toHaveLength(3);
    expect(asked.slice(3).filter((name) => name.startsWith("bad"))).toEqual(["bad1"]);
    expect(lookup.state).toMatchObject({ asked: 7, failed: 3, asking: 3 });
  });
});

test("no more than two names are asked for at once", async () => {
  let now = 0;
  let most = 0;
  const { find } = scripted(async () => {
    most = Math.max(most, ++now);
    await sleep(2);
    now--;
    return [v4("192.0.2.1")];
  });
  await Promise.all(Array.from({ length: 20 }, (_, index) => find(`host${index}`)));
  expect(most).toBe(2);
});

test("of many names those are forgotten that were asked for longest ago", async () => {
  const { find, lookup, asked } = scripted(answers(v4("192.0.2.1")));
  for (let index = 0; index < 20_001; index++) await find(`host${index}`);
  expect(lookup.state.names).toBe(20_000);
  await find("host1");
  expect(asked).toHaveLength(20_001);
  await find("host0");
  expect(asked).toHaveLength(20_002);
});

test("names that nobody asked for in ten minutes are forgotten", async () => {
  const { find, lookup, clock } = scripted(answers(v4("192.0.2.1")));
  await Promise.all(["a", "b", "c"].map(find));
  clock.now += 1000;
  await find("d");
  expect(lookup.state.names).toBe(1);
});

describe("hosts with names", () => {
  const over = (resolve: Resolve): Source =>
    tcp({ concurrency: 4, maxOpen: 100 }, common(new Lookup({ resolve })));

  test("are reached where an address of another family answers", async () => {
    const { port } = await agent(answering(reportOf(10)));
    const source = over(answers(v6("::1"), v4("127.0.0.1")));
    const host = hostOf(port, { address: "web1.example" });
    expect(await reportFrom(host, source)).toBe(reportOf(10));
  });

  test("are reached where an address keeps silent, and found at once from then on", async () => {
    const { port } = await agent(answering(reportOf(10)));
    const silent = await full("127.0.0.9", port);
    const source = over(answers(v4(silent), v4("127.0.0.1")));
    const host = hostOf(port, { address: "web1.example", timeoutSeconds: 20 });
    const { signal } = new AbortController();
    const connects: number[] = [];
    for (let i = 0; i < 5; i++)
      connects.push(await source(host, signal, ({ phases }) => phases.connect));
    const [first = 0, ...others] = connects;
    // Before another address is tried.
    expect(first).toBeGreaterThan(0.4);
    expect(Math.min(...others)).toBeLessThan(0.4);
  });

  test.each([
    ["first", [v4("255.255.255.255"), v4("127.0.0.1")]],
    ["last", [v4("127.0.0.1"), v4("255.255.255.255")]],
  ])("fail as the address does that can be reached, if another %s", async (_, addresses) => {
    const host = hostOf(1, { address: "web1.example" });
    expect(await outcomeOf(host, over(answers(...addresses)))).toBe("refused");
  });

  test("fail with the reason dns when there is no such name", async () => {
    const error = await failureOf(
      hostOf(1, { address: "web1.example" }),
      over(() => Promise.reject(failing("ENOTFOUND"))),
    );
    expect(error.message).toBe("web1 (web1.example:1): no such host name");
    expect(error.reason).toBe("dns");
  });

  test("fail at their deadline when the name server is silent, and keep nobody else waiting", async () => {
    const { port } = await agent(answering(reportOf(10)));
    const source = over(() => new Promise(() => undefined));
    const host = hostOf(port, { address: "web1.example", timeoutSeconds: 0.3 });
    const failed = failureOf(host, source);
    expect(await outcomeOf(hostOf(port), source)).toBe(reportOf(10));
    const { reason, message, phases } = await failed;
    expect(reason).toBe("dns");
    expect(message).toContain("the name was not looked up within 0.3 s");
    expect(phases?.dns).toBeGreaterThan(0.2);
    expect(phases?.connect).toBe(0);
  });

  test("fail when others wait for the name server in vain, who were first", async () => {
    const source = over(() => new Promise(() => undefined));
    const first = ["a", "b"].map((address) => hostOf(1, { address, timeoutSeconds: 1 }));
    const waiting = first.map((host) => failureOf(host, source));
    const error = await failureOf(hostOf(1, { address: "c", timeoutSeconds: 1 }), source);
    expect(error.message).toContain("the name server does not answer in time");
    expect(error.phases?.wait).toBeGreaterThan(2);
    await Promise.all(waiting);
  });

  test("have all the time that they are given once their name is known, however long that queued", async () => {
    const { port } = await agent(answering(reportOf(10)));
    const source = over(async () => {
      await sleep(400);
      return [v4("127.0.0.1")];
    });
    const hosts = Array.from({ length: 6 }, (_, index) =>
      hostOf(port, { address: `host${index}`, timeoutSeconds: 1 }),
    );
    const all = await Promise.all(hosts.map((host) => outcomeOf(host, source)));
    expect(new Set(all)).toEqual(new Set([reportOf(10)]));
  });

  test("that are stopped while their name is looked up never connect", async () => {
    const there = await agent(hanging);
    let answer: (addresses: LookupAddress[]) => void = () => undefined;
    const source = over(() => new Promise((resolve) => (answer = resolve)));
    const controller = new AbortController();
    const host = hostOf(there.port, { address: "web1.example" });
    const fetch = source(host, controller.signal, () => undefined);
    await sleep(20);
    controller.abort();
    await expect(fetch).rejects.toThrow("stopped");
    answer([v4("127.0.0.1")]);
    await sleep(100);
    expect(there.accepted()).toBe(0);
  });
});

test("an address is no name", async () => {
  const { port } = await agent(answering(reportOf(10)));
  const never = new Lookup({ resolve: () => Promise.reject(new Error("asked")) });
  const source = tcp({ concurrency: 4, maxOpen: 100 }, common(never));
  const phases = await source(hostOf(port), new AbortController().signal, (it) => it.phases);
  expect(phases).not.toHaveProperty("dns");
  expect(never.state.asked).toBe(0);
});
