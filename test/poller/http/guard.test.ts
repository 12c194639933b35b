import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { hostOf } from "../hosts.ts";
import { outcomeOf, servicesOf, snapshotOf } from "../means.ts";
import { agent, answering, hanging } from "../sources/agents.ts";
import { sent, serving, text } from "./serving.ts";

const probe = (url: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/probe?target=web1`, signal ? { signal } : {});

describe("requests at once", () => {
  test("are forty, beyond which there is a 503, except for /-/healthy", async () => {
    const { url, port } = await serving([]);
    const waiting = Array.from({ length: 40 }, () => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      onTestFinished(() => void socket.destroy());
      socket.write("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
      return socket;
    });
    await expect.poll(async () => (await fetch(`${url}/metrics`)).status).toBe(503);
    const refused = await fetch(`${url}/`);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.text()).toBe("too many requests at once\n");
    expect(await text(`${url}/-/healthy`)).toBe("healthy\n");
    for (const socket of waiting) socket.destroy();
    await expect.poll(async () => (await fetch(`${url}/metrics`)).status).toBe(200);
  });

  test("are none of the probes that wait for hosts that hang, and these do not delay others", async () => {
    const there = await agent(hanging);
    const well = await agent(answering("<<<uptime>>>\n4711 1\n"));
    const { url } = await serving([hostOf(there.port), hostOf(well.port, { name: "web2" })]);
    const leaving = new AbortController();
    const waiting = Array.from({ length: 300 }, () =>
      probe(url, leaving.signal).catch(() => undefined),
    );
    await expect.poll(() => there.open()).toBe(1);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect(await text(`${url}/probe?target=web2`)).toContain("roundsman_uptime_seconds 4711");
    leaving.abort();
    await Promise.all(waiting);
    await expect.poll(() => there.open()).toBe(0);
  });

  test("and probes each have their bound", async () => {
    const there = await agent(hanging);
    const { url } = await serving([hostOf(there.port)], {}, { limits: { probes: 3 } });
    const leaving = new AbortController();
    const waiting = Array.from({ length: 3 }, () =>
      probe(url, leaving.signal).catch(() => undefined),
    );
    await expect.poll(() => there.open()).toBe(1);
    const soon = AbortSignal.timeout(5000);
    const answers = async () => (await probe(url, soon)).text();
    await expect.poll(answers).toBe("too many probes at once\n");
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    leaving.abort();
    await Promise.all(waiting);
  });

  test("count no longer than they last, whatever became of them", async () => {
    const { url, port } = await serving([], {}, { limits: { requests: 3 } });
    for (let i = 0; i < 20; i++) {
      expect((await fetch(`${url}/nothing`)).status).toBe(404);
      expect((await fetch(`${url}/metrics?x`)).status).toBe(400);
      await sent(port, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });
});

describe("slow clients", () => {
  /** A server with an answer that fits into no buffer on the way. */
  async function talkative(limits: object) {
    const host = hostOf(1);
    const served = await serving([host], {}, { limits });
    const services = servicesOf(
      Array.from({ length: 5000 }, (_, i) => ({
        ...{ service: `S${i}`, check: "local", state: 0 as const },
        ...{ summary: "s".repeat(2000), details: "d".repeat(4000) },
      })),
    );
    served.snapshots.set(snapshotOf({ host, services, outcome: outcomeOf({ services }) }));
    return served;
  }

  test("who take an answer drop by drop are dropped after a while", async () => {
    const { port } = await talkative({ answer: 500 });
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.write("GET /api/v1/hosts/web1 HTTP/1.1\r\nHost: x\r\n\r\n");
    let received = 0;
    socket.pause();
    const drop = setInterval(() => {
      received += (socket.read(1000) as Buffer | null)?.length ?? 0;
    }, 10);
    onTestFinished(() => clearInterval(drop));
    await new Promise((done) => setTimeout(done, 1500));
    clearInterval(drop);
    socket.on("data", (chunk: Buffer) => (received += chunk.length));
    await new Promise((done) => socket.once("close", done).resume());
    // What was on its way already: buffers of the system.
    expect(received).toBeLessThan(20_000_000);
  });

  test("who read nothing at all are dropped", async () => {
    const { port, server } = await talkative({ idle: 300 });
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.pause();
    socket.write("GET /api/v1/hosts/web1 HTTP/1.1\r\nHost: x\r\n\r\n");
    const connections = () =>
      new Promise<number>((done) => void server.server.getConnections((_, n) => done(n)));
    await expect.poll(connections).toBe(1);
    await expect.poll(connections, { timeout: 20_000 }).toBe(0);
  });

  test("who never end their request are dropped, and who say nothing as well", async () => {
    const { port } = await serving([], {}, { limits: { request: 300, idle: 400 } });
    const began = performance.now();
    const trickle = sent(port, "GET / HTTP/1.1\r\nHost: x\r\nX-A:", 20_000);
    const silent = sent(port, "", 20_000);
    const body = sent(
      port,
      "POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
      20_000,
    );
    await Promise.all([trickle, silent, body]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("are not those who wait for a probe", async () => {
    const { port } = await agent((socket) => {
      setTimeout(() => socket.end("<<<uptime>>>\n1 1\n"), 900);
    });
    const { url } = await serving([hostOf(port)], {}, { limits: { idle: 300, answer: 300 } });
    expect(await (await probe(url)).text()).toContain("roundsman_up 1");
  });
});

describe("what is no proper request", () => {
  const HEAD = "Host: x\r\nConnection: close\r\n";
  test.each([
    [
      "two lengths",
      `POST /-/reload HTTP/1.1\r\n${HEAD}Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello`,
    ],
    [
      "a length and chunks",
      `POST /-/reload HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      "chunks of no size",
      `POST /-/reload HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
    ],
    [
      "an encoding of its own",
      `POST /-/reload HTTP/1.1\r\n${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    ],
    ["a header with a space", `GET / HTTP/1.1\r\n${HEAD}Transfer-Encoding : chunked\r\n\r\n`],
    ["a folded header", `GET / HTTP/1.1\r\n${HEAD} X-A: b\r\n\r\n`],
    ["a NUL", `GET /\0 HTTP/1.1\r\n${HEAD}\r\n`],
    ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["a method that is none", `FROB / HTTP/1.1\r\n${HEAD}\r\n`],
    [
      "a body that is too long",
      `POST /-/reload HTTP/1.1\r\n${HEAD}Content-Length: 99999\r\n\r\n${"x".repeat(99_999)}`,
    ],
  ])("%s is answered with an error, or not at all", async (_, bytes) => {
    let reloads = 0;
    const reload = () => {
      reloads++;
      return Promise.resolve({ ok: true as const });
    };
    const { port, defects } = await serving([], { reload });
    const received = await sent(port, bytes);
    expect(received).not.toMatch(/^HTTP\/1\.1 (2|5)/m);
    expect(received.split("HTTP/1.1 ").length).toBeLessThanOrEqual(2);
    expect([reloads, defects]).toEqual([0, []]);
  });

  test("a target that names another server is meant for us", async () => {
    const { port } = await serving([hostOf(1)]);
    const get = (target: string) => sent(port, `GET ${target} HTTP/1.1\r\n${HEAD}\r\n`);
    expect(await get("http://elsewhere/-/healthy")).toMatch(/^HTTP\/1\.1 200/);
    expect(await get("http://elsewhere/metrics?host=nobody")).toMatch(/^HTTP\/1\.1 400/);
    expect(await get("//metrics")).toMatch(/^HTTP\/1\.1 404/);
    expect(await get("/../../etc/passwd")).toMatch(/^HTTP\/1\.1 404/);
    expect(await get("/metrics?a=b?c#d")).toMatch(/^HTTP\/1\.1 400/);
  });

  test("a request behind a body is not smuggled in", async () => {
    const { port } = await serving([]);
    const smuggled = "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n";
    const received = await sent(
      port,
      `GET /metrics?x HTTP/1.1\r\n${HEAD}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 400/);
    expect(received).not.toContain("healthy\n");
  });
});
