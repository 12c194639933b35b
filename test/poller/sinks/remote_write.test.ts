import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RemoteWrite, WriteTls } from "../../../poller/config/remote_write.ts";
import { remoteWrite, type RemoteWriting } from "../../../poller/sinks/remote_write.ts";
import { eventually, freePort, temporaryFolder } from "../../programs.ts";
import { filledFolder } from "../pki/folders.ts";
import { filesOf, pemOf } from "../sources/controller.ts";
import { polled } from "./polls.ts";
import { type Answering, logged, receiver, type Received, taking, writeTo } from "./receiver.ts";
import { seriesName } from "./received.ts";

const AT = Math.floor(Date.now() / 1000) - 600;

/** Writes to a receiver, from a folder of its own unless told which. */
function writing(url: string, own: Partial<RemoteWrite> = {}, folder = temporaryFolder()) {
  const log = logged();
  const sink = remoteWrite([writeTo(url, own)], { folder, log });
  onTestFinished(() => sink.close());
  const [stats] = [() => sink.stats()[0]!];
  return { sink, log, folder, stats };
}

/** The n-th poll of a host: its counter says n. */
const take = (sink: RemoteWriting, n: number, host = "web1"): void =>
  sink.take(polled({ at: AT + n, host, reads: { sda: n } }));

/** What was taken of the counter of each host: `web1 5` for its fifth poll. */
const counted = (samples: Received["samples"]): string[] =>
  samples
    .filter((one) => seriesName(one).startsWith('toy_reads_total{device="sda"'))
    .map(({ labels, value }) => `${labels.find(([name]) => name === "instance")?.[1]} ${value}`);

const wait = (to: { readonly taken: Received["samples"] }, wanted: readonly string[]) =>
  eventually(() => (counted(to.taken).length >= wanted.length ? true : undefined)).then(() =>
    expect(counted(to.taken)).toEqual(wanted),
  );

test("samples come in one request, with the headers of the protocol", async () => {
  const to = await receiver();
  const { sink, stats } = writing(to.url, { externalLabels: { site: "b" } });
  take(sink, 1);
  take(sink, 2, "web2");
  await wait(to, ["web1 1", "web2 2"]);
  expect(to.requests).toHaveLength(1);
  expect(to.requests[0]?.headers).toMatchObject({
    "content-type": "application/x-protobuf",
    "content-encoding": "snappy",
    "x-prometheus-remote-write-version": "0.1.0",
    "user-agent": expect.stringMatching(/^roundsman-poller\/\d/) as string,
  });
  const [first] = to.taken;
  expect(first?.labels.at(-1)).toEqual(["site", "b"]);
  expect(first?.time).toBe((AT + 1) * 1000);
  await eventually(() => (stats().pendingBytes === 0 ? true : undefined));
  expect(stats()).toMatchObject({ sent: to.taken.length, failed: 0, retries: 0 });
  expect(stats().oldestPendingSeconds).toBe(0);
});

describe("a receiver that", () => {
  const failing: Record<string, Answering> = {
    "answers 500": (response) => void response.writeHead(500).end("no"),
    "answers 429": (response) => void response.writeHead(429).end(),
    redirects: (response) => void response.writeHead(302, { location: "http://x/" }).end(),
    "resets the connection": (response) => void response.destroy(),
    hangs: () => undefined,
  };
  test.each(Object.keys(failing))(
    "%s is tried again until it takes them, each once and in order",
    async (name) => {
      const to = await receiver((response, request, n) =>
        n < 3 ? failing[name]?.(response, request, n) : taking(response, request, n),
      );
      const { sink, log, stats } = writing(to.url, { timeoutSeconds: 0.3 });
      for (const n of [1, 2, 3]) take(sink, n);
      await wait(to, ["web1 1", "web1 2", "web1 3"]);
      expect(stats().retries).toBe(3);
      expect(log.lines.filter((line) => line.includes("has to wait"))).toHaveLength(1);
      await eventually(() =>
        log.lines.some((line) => line.includes("goes on")) ? true : undefined,
      );
    },
  );

  test("trickles an answer without end costs its timeout, and is tried again", async () => {
    const timers: NodeJS.Timeout[] = [];
    onTestFinished(() => timers.forEach(clearInterval));
    const to = await receiver((response, request, n) => {
      if (n > 0) taking(response, request, n);
      else timers.push(setInterval(() => response.write("x"), 20));
    });
    const { sink, stats } = writing(to.url, { timeoutSeconds: 0.4 });
    take(sink, 1);
    await eventually(() => (to.requests.length === 2 ? true : undefined));
    await eventually(() => (stats().pendingBytes === 0 ? true : undefined));
    expect(stats().retries).toBe(1);
  });

  test("says how long it wants to be left alone is", async () => {
    const times: number[] = [];
    const to = await receiver((response, request, n) => {
      times.push(performance.now());
      if (n > 0) taking(response, request, n);
      else response.writeHead(429, { "retry-after": "2" }).end();
    });
    const { sink } = writing(to.url);
    take(sink, 1);
    await wait(to, ["web1 1"]);
    expect(times[1]! - times[0]!).toBeGreaterThan(1900);
  });

  test("refuses what one host says gets what the others say", async () => {
    const bad = ["web7 1", "web12 1"];
    const to = await receiver((response, { samples }) => {
      const isBad = counted(samples).some((one) => bad.includes(one));
      response.writeHead(isBad ? 400 : 204).end(isBad ? "out of order\u001b[31m sample" : "");
    });
    const { sink, log, stats } = writing(to.url);
    const hosts = Array.from({ length: 20 }, (_, i) => `web${i}`);
    for (const host of hosts) take(sink, 1, host);
    const wanted = hosts.map((host) => `${host} 1`).filter((one) => !bad.includes(one));
    await wait(to, wanted);
    await eventually(() => (stats().pendingBytes === 0 ? true : undefined));
    const perHost = to.taken.length / wanted.length;
    expect(stats()).toMatchObject({ failed: 2 * perHost, sent: to.taken.length, retries: 0 });
    expect(to.requests.length).toBeLessThan(20);
    expect(log.lines.filter((line) => line.includes("refused"))).toHaveLength(1);
    expect(log.lines.join("")).toContain("status 400: out of order\ufffd[31m sample");
  });

  test("refuses us altogether is not asked again for the same samples", async () => {
    const to = await receiver((response) => void response.writeHead(403).end());
    const { sink, stats } = writing(to.url);
    for (const host of ["web1", "web2"]) take(sink, 1, host);
    await eventually(() => (stats().failed > 0 ? true : undefined));
    expect(to.requests).toHaveLength(1);
    expect(stats()).toMatchObject({ sent: 0, pendingBytes: 0, retries: 0 });
  });

  test("is not there costs a poll nothing, and has no gap when it is", async () => {
    const port = await freePort();
    const { sink, stats } = writing(`http://127.0.0.1:${port}/api/v1/write`);
    const started = performance.now();
    const numbers = Array.from({ length: 200 }, (_, i) => i + 1);
    for (const n of numbers) take(sink, n);
    expect((performance.now() - started) / numbers.length).toBeLessThan(20);
    await eventually(() => (stats().retries > 2 ? true : undefined));
    expect(stats().oldestPendingSeconds).toBeGreaterThan(0);
    const to = await receiver(taking, { port });
    await wait(
      to,
      numbers.map((n) => `web1 ${n}`),
    );
  });
});

describe("over TLS", () => {
  test("both sides are who they should be, and strangers get nothing", async () => {
    const folder = await filledFolder();
    const { ca, cert, key } = pemOf(folder, "web1");
    const mutual = { cert, key, ca, requestCert: true, rejectUnauthorized: true };
    const to = await receiver(taking, { tls: mutual });
    const own = filesOf(folder, "poller");
    const stranger = filesOf(await filledFolder(), "poller");
    const tries: readonly (readonly [WriteTls | undefined, RegExp | undefined])[] = [
      [undefined, /certificate/],
      [{ ca: own.ca, serverName: "web1" }, /certificate|reset|alert|EPIPE|hang up/i],
      [{ ...own, serverName: "web2" }, /altnames/],
      [{ ...own, ca: stranger.ca, serverName: "web1" }, /certificate/],
      [{ ...own, ca: `${own.ca}.not`, serverName: "web1" }, /no such file/],
      [{ ...own, serverName: "web1" }, undefined],
    ];
    for (const [tls, reason] of tries) {
      const { sink, log } = writing(to.url, { tls });
      take(sink, 1);
      if (!reason) {
        await wait(to, ["web1 1"]);
        continue;
      }
      const [line] = await eventually(() => (log.lines.length > 0 ? log.lines : undefined));
      expect(line).toMatch(reason);
    }
    expect(to.requests).toHaveLength(1);
  });
});

describe("after a restart", () => {
  test("nothing that was taken is sent again, and nothing else is lost", async () => {
    const to = await receiver((response, request, n) =>
      n === 1 ? undefined : taking(response, request, n),
    );
    const first = writing(to.url);
    take(first.sink, 1);
    await wait(to, ["web1 1"]);
    take(first.sink, 2);
    await eventually(() => (to.requests.length === 2 ? true : undefined));
    take(first.sink, 3);
    await first.sink.close();
    const { sink } = writing(to.url, {}, first.folder);
    // As polls go after a restart: what the agent still has ready was seen already.
    take(sink, 3);
    take(sink, 4);
    await wait(to, ["web1 1", "web1 2", "web1 3", "web1 4"]);
  });

  test("it goes on with what is whole when the end of the last file is not", async () => {
    const { sink, folder } = writing(`http://127.0.0.1:${await freePort()}/`);
    take(sink, 1);
    await sink.close();
    const { readdirSync, appendFileSync } = await import("node:fs");
    const [own = ""] = readdirSync(folder);
    const [segment = ""] = readdirSync(join(folder, own)).filter((one) => one.endsWith(".segment"));
    appendFileSync(join(folder, own, segment), Buffer.from([9, 1, 0, 0, 1, 2, 3, 4, 5, 6]));
    writeFileSync(join(folder, own, "position.json"), '{"segm');
    const to = await receiver();
    const again = writing(to.url, { name: sink.stats()[0]!.receiver }, folder);
    take(again.sink, 2);
    await wait(to, ["web1 1", "web1 2"]);
  });
});

describe("secrets", () => {
  test("are read from where they are, and are not told even if the receiver does", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "password");
    writeFileSync(file, "open sesame\n", { mode: 0o600 });
    const to = await receiver((response, { headers }, n) => {
      response.writeHead(n === 0 ? 500 : 400).end(`open sesame ${headers.authorization ?? ""}`);
    });
    const { sink, log } = writing(to.url, {
      auth: { username: "me", password: { file } },
      headers: { "x-scope-orgid": "team", "x-key": { file } },
    });
    take(sink, 1);
    await eventually(() => (log.lines.some((one) => one.includes("refused")) ? true : undefined));
    const both = Buffer.from("me:open sesame").toString("base64");
    expect(to.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${both}`,
      "x-scope-orgid": "team",
      "x-key": "open sesame",
    });
    const all = log.lines.join("\n");
    expect(all).toContain("status 500: … Basic …");
    expect(all).not.toMatch(new RegExp(`sesame|${both}`));
  });

  test("that are not there are waited for", async () => {
    const file = join(temporaryFolder(), "token");
    const to = await receiver();
    const { sink, log } = writing(to.url, { auth: { token: { file } } });
    take(sink, 1);
    await eventually(() =>
      log.lines.some((one) => one.includes("no such file")) ? true : undefined,
    );
    expect(to.requests).toEqual([]);
    writeFileSync(file, "t0ken", { mode: 0o600 });
    await wait(to, ["web1 1"]);
    expect(to.requests[0]?.headers.authorization).toBe("Bearer t0ken");
  });
});
