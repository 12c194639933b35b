import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bin } from "../../dist.ts";
import {
  eventually,
  freePort,
  type Running,
  startProgram,
  temporaryFolder,
} from "../../programs.ts";
import { agent } from "../sources/agents.ts";
import { receiver, taking } from "./receiver.ts";
import { type ReceivedSample, seriesName } from "./received.ts";

/** What tells a sample from all others. */
const keyOf = (one: ReceivedSample): string =>
  `${one.labels.find(([name]) => name === "instance")?.[1]} ${seriesName(one)} ${one.time}`;

test("a poller that is killed in the middle of a request loses nothing and sends nothing twice", async () => {
  let asked = 0;
  const { port } = await agent((socket) => {
    socket.end(`<<<uptime>>>\n${1000 + asked++}.00 2000.00\n`);
  });
  let isHanging = false;
  const to = await receiver((response, request, n) => {
    if (!isHanging) taking(response, request, n);
  });
  const folder = temporaryFolder();
  const config = join(folder, "poller.yaml");
  const listen = await freePort();
  writeFileSync(
    config,
    `listen: 127.0.0.1:${listen}
state_dir: ${folder}/state
poll: { interval: 1s, timeout: 500ms }
hosts:
  - { name: web1, address: 127.0.0.1, port: ${port} }
  - { name: web2, address: 127.0.0.1, port: ${port} }
remote_write: [{ url: "${to.url}", external_labels: { job: node } }]
`,
  );
  const start = (): Promise<Running> =>
    startProgram(bin("roundsman-poller"), ["serve", "--config", config], "ready");
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${listen}/metrics`)).text();
    return Number(new RegExp(`^roundsman_remote_write_${name}\\{.*\\} (.*)$`, "m").exec(text)?.[1]);
  };
  const isUp =
    (host: string) =>
    (one: ReceivedSample): boolean =>
      one.labels.some(([, value]) => value === host) &&
      one.labels.some(([, value]) => value === "roundsman_up");

  const first = await start();
  await eventually(() => (to.taken.filter(isUp("web1")).length >= 2 ? true : undefined));
  isHanging = true;
  const answered = to.taken.length;
  const requests = to.requests.length;
  await eventually(() => (to.requests.length > requests ? true : undefined));
  const hung = to.requests.at(-1)!.samples;
  const pending = await metric("pending_bytes");
  await eventually(async () => ((await metric("pending_bytes")) > pending ? true : undefined));
  const polled = asked;
  await first.stop("SIGKILL");
  isHanging = false;

  const second = await start();
  // Each of two hosts: those that were polled before it was killed, and some more.
  await eventually(() =>
    to.taken.filter(isUp("web2")).length > polled / 2 + 2 ? true : undefined,
  );
  await eventually(async () => ((await metric("pending_bytes")) === 0 ? true : undefined));
  await second.stop();
  const keys = to.taken.map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(to.taken.length).toBeGreaterThan(answered);
  for (const one of hung) expect(keys).toContain(keyOf(one));
  const uptimes = to.taken
    .filter((one) => seriesName(one).startsWith("roundsman_uptime_seconds"))
    .map(({ value }) => value - 1000);
  // A poll that was under way when it was killed may have brought nothing.
  const missing = Array.from({ length: polled }, (_, n) => n).filter((n) => !uptimes.includes(n));
  expect(missing.filter((n) => n < polled - 2)).toEqual([]);
});
