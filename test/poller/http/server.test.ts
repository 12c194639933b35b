import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { program, testWith } from "../../peers.ts";
import { hostOf } from "../hosts.ts";
import { scraped } from "../scraped.ts";
import { agent, answering } from "../sources/agents.ts";
import { serving, text } from "./serving.ts";

const REPORT = [
  "<<<mem>>>",
  "MemTotal: 1000 kB",
  "MemFree: 500 kB",
  "MemAvailable: 600 kB",
  "<<<local:sep(0)>>>",
  '0 "Nightly \\"backup\\"" age=12;20;30 fine',
  "2 <script>alert(1)</script> - <img src=x>",
  "",
].join("\n");

describe("/metrics", () => {
  test("shows the hosts and the poller itself, each family once", async () => {
    const { port } = await agent(answering(REPORT));
    const { url, pollAll } = await serving([hostOf(port), hostOf(1, { name: "dead" })]);
    await pollAll();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const families = scraped(await response.text());
    const value = (name: string, labels: object): number | undefined =>
      families.get(name)?.samples.find((sample) => {
        return Object.entries(labels).every(([key, wanted]) => sample.labels[key] === wanted);
      })?.value;
    expect(value("roundsman_up", { instance: "web1" })).toBe(1);
    expect(value("roundsman_up", { instance: "dead" })).toBe(0);
    expect(value("node_memory_MemTotal_bytes", { instance: "web1" })).toBe(1_024_000);
    expect(value("roundsman_polls_total", { result: "ok" })).toBe(1);
    expect(value("roundsman_polls_total", { result: "refused" })).toBe(1);
    expect(value("roundsman_polls_skipped_total", {})).toBe(7);
    expect(value("roundsman_polls_running", {})).toBe(0);
    expect(value("roundsman_hosts", {})).toBe(2);
    expect(value("roundsman_build_info", { version: "1.2.3", nodeversion: process.version })).toBe(
      1,
    );
    expect(families.has("process_cpu_seconds_total")).toBe(true);
    const latencies = families.get("roundsman_poll_latency_seconds")?.samples;
    expect(latencies?.find(({ name }) => name.endsWith("_count"))?.value).toBe(2);
  });

  test("comes compressed to whoever takes gzip, and plain to others", async () => {
    const { port } = await agent(answering(REPORT));
    const { url, pollAll } = await serving([hostOf(port)]);
    await pollAll();
    const get = async (accepted: string) => {
      const { headers, body } = await rawGet(url, `Accept-Encoding: ${accepted}\r\n`);
      return { compressed: headers.includes("content-encoding: gzip"), body };
    };
    const compressed = await get("deflate, gzip;q=0.8");
    expect(compressed.compressed).toBe(true);
    expect(gunzipSync(compressed.body).toString()).toContain("roundsman_up");
    for (const accepted of ["identity", "gzip;q=0", "gzip;q=0.0, br", ""])
      expect((await get(accepted)).compressed, accepted).toBe(false);
  });

  testWith(program("promtool"))(
    "has no fault that promtool knows, but for node_ names",
    async () => {
      const { port } = await agent(answering(REPORT));
      const { url, pollAll } = await serving([hostOf(port), hostOf(1, { name: 'a"\\b\n' })]);
      await pollAll();
      const input = await text(`${url}/metrics`);
      const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], {
        input,
        encoding: "utf8",
      });
      expect([0, 3]).toContain(status);
      const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
      expect(findings.filter((line) => !line.startsWith("node_"))).toEqual([]);
    },
  );
});

describe("health", () => {
  test("is told before any poll; readiness only when every host was tried", async () => {
    const { url, pollAll } = await serving([hostOf(1), hostOf(1, { name: "web2" })]);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    const before = await fetch(`${url}/-/ready`);
    expect(before.status).toBe(503);
    expect(await before.text()).toBe("not ready: 0 of 2 hosts were polled\n");
    await pollAll();
    const after = await fetch(`${url}/-/ready`);
    expect(after.status).toBe(200);
  });
});

describe("the landing page", () => {
  test("shows the hosts, worst first, and what is wrong with them", async () => {
    const fine = await agent(answering("<<<local:sep(0)>>>\n0 Fine - good\n"));
    const bad = await agent(answering(REPORT));
    const { url, pollAll } = await serving([
      hostOf(fine.port, { name: "fine" }),
      hostOf(bad.port, { name: "bad" }),
      hostOf(1, { name: "dead" }),
    ]);
    expect(await text(url)).toContain("not polled yet");
    await pollAll();
    const page = await text(url);
    const at = ["dead", "bad", "fine"].map((name) => page.indexOf(`<b>${name}</b>`));
    expect(at.every((position) => position > 0)).toBe(true);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(page).toContain("refused: connection refused");
    expect(page).toContain("1 DOWN");
  });

  test("takes nothing that a host says for HTML, and loads nothing", async () => {
    const { port } = await agent(answering(REPORT));
    const { url, pollAll } = await serving([hostOf(port, { name: '<b onclick="x">' })]);
    await pollAll();
    const response = await fetch(url);
    const page = await response.text();
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("&lt;b onclick=&quot;x&quot;&gt;");
    expect(page).not.toMatch(/<script|<img|<b onclick/);
    expect(page).not.toMatch(/(src|href)="(?!\/)/);
    const policy = response.headers.get("content-security-policy") ?? "";
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? "";
    const digest = await crypto.subtle.digest("SHA-256", Buffer.from(style));
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${Buffer.from(digest).toString("base64")}'`);
  });
});

describe("the server", () => {
  test("answers what it does not know with a plain 404", async () => {
    const { url } = await serving([]);
    const response = await fetch(`${url}/nothing?x=<script>`);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("not found\n");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(404);
  });

  test("works on one request of a connection at a time, however many are sent ahead", async () => {
    const { url } = await serving([]);
    const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => undefined);
    socket.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100));
    let received = "";
    for await (const chunk of socket) received += String(chunk);
    expect(received.split("HTTP/1.1 200").length - 1).toBeLessThan(2);
  });

  test("answers one request after the other on one connection", async () => {
    const { url } = await serving([]);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.setEncoding("utf8");
    for (let i = 0; i < 50; i++) {
      socket.write("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n");
      const [answer] = (await once(socket, "data")) as [string];
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  test("takes an address that cannot be decoded for a mistake, and says so plainly", async () => {
    const { url } = await serving([]);
    const response = await fetch(`${url}/%zz`);
    expect([response.status, response.headers.get("content-type")]).toEqual([400, "text/plain"]);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("refuses a head that is too long", async () => {
    const { url } = await serving([]);
    const { headers } = await rawGet(url, `X-Long: ${"x".repeat(20_000)}\r\n`);
    expect(headers).toMatch(/^HTTP\/1.1 431 /);
  });

  test("tells nobody but the operator what broke inside", async () => {
    const broken = new Error("the inner state of things");
    const { url, defects } = await serving([], {
      hosts: () => {
        throw broken;
      },
    });
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("internal error\n");
    expect(defects).toEqual([broken]);
  });
});

/** `GET /metrics` with the headers given and no others; the body is put together from its chunks. */
async function rawGet(url: string, headers: string): Promise<{ headers: string; body: Buffer }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const close = "Connection: close\r\n\r\n";
  socket.on("error", () => undefined);
  socket.write(`GET /metrics HTTP/1.1\r\nHost: x\r\n${headers}${close}`);
  const received: Buffer[] = [];
  for await (const chunk of socket) received.push(chunk as Buffer);
  const all = Buffer.concat(received);
  const end = all.indexOf("\r\n\r\n") + 4;
  const body: Buffer[] = [];
  for (let at = end; at < all.length;) {
    const line = all.indexOf("\r\n", at);
    const size = parseInt(all.toString("latin1", at, line), 16);
    if (!(size > 0)) break;
    body.push(all.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return { headers: all.toString("latin1", 0, end), body: Buffer.concat(body) };
}
