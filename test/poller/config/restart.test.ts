import { expect, test } from "vitest";
import { type Config, parseConfig } from "../../../poller/config.ts";
import { awaitingRestart } from "../../../poller/config/restart.ts";

const config = (text: string): Config => parseConfig(text, "p.yaml");
const waiting = (next: string, inForce = ""): string[] =>
  awaitingRestart(config(next), config(inForce));

test("a setting that is read at the start alone is told with its old and its new value", () => {
  const next = `listen: "[::1]:1"
state_dir: /new
probe_any: true
processes: 2
poll: { concurrency: 8, max_open: 10 }
remote_write: [{ url: "http://127.0.0.1/w?token=hunter2" }, { url: "http://x", name: other }]
`;
  expect(waiting(next, "web_config: /web.yml")).toEqual([
    "listen: [::1]:1 instead of 127.0.0.1:9656 takes effect after a restart",
    "state_dir: /new instead of none takes effect after a restart",
    "web_config: none instead of /web.yml takes effect after a restart",
    "probe_any: true instead of false takes effect after a restart",
    "processes: 2 instead of 1 takes effect after a restart",
    "poll.concurrency: 8 instead of 64 takes effect after a restart",
    "poll.max_open: 10 instead of 4096 takes effect after a restart",
    "remote_write: http://127.0.0.1/w, other instead of none takes effect after a restart",
  ]);
});

test("of a receiver that has other headers nothing is told but its name", () => {
  const receiver = (key: string): string =>
    `remote_write: [{ name: mimir, url: "http://x", headers: { X-Key: ${key} } }]`;
  expect(waiting(receiver("hunter3"), receiver("hunter2"))).toEqual([
    "remote_write: what is new of mimir takes effect after a restart",
  ]);
});

test("what is in force at once, or stays, is not told", () => {
  const next = `poll: { interval: 5m, timeout: 20s, max_bytes: 1MiB, max_series: 7, secret_env: A }
hosts: [{ name: a }]
file_sd: [{ files: [a.yml] }]
http_sd: [{ url: "http://x" }]
rules: [{ service: A, ignore: true }]
require: [{ service: A }]
`;
  expect(waiting(next)).toEqual([]);
});
