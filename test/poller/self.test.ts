import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { pollFamilies, reportFamilies } from "../../poller/host_metrics.ts";
import { counted, numbered } from "../../poller/processes/metrics.ts";
import { SelfMetrics } from "../../poller/self.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import { program, testWith, top } from "../peers.ts";
import { outcomeOf, snapshotOf } from "./means.ts";
import { scraped } from "./scraped.ts";

const selfMetrics = (): SelfMetrics =>
  new SelfMetrics({
    version: "1.2.3",
    hosts: () => 3,
    skipped: () => 0,
    activity: () => activity,
    series: () => 12,
    restarts: () => 0,
    reload: () => ({ ok: true, at: 7 }),
    remoteWrite: () => [wrote],
  });

const activity = {
  ...{ open: 5, busy: 2, receivedBytes: 1000 },
  waiting: { connection: 3, slot: 4, turn: 1 },
  lookup: { asked: 9, failed: 8, names: 7, asking: 6 },
};

const wrote = {
  ...{ receiver: "http://p/write", sent: 10, failed: 3, dropped: { full: 2, expired: 0 } },
  ...{ retries: 4, pendingBytes: 5, oldestPendingSeconds: 6.5 },
};

const families = [...pollFamilies.list, ...reportFamilies(checks).list];

const phases = { connect: 0.25, firstByte: 0, wait: 2, read: 0, parse: 0.125 };
const outcome = outcomeOf({
  drops: { duplicate: 2, limit: 3, truncated: 4 },
  limits: { series: 3, label_length: 4 },
});
const come = snapshotOf({ seconds: 4, phases, outcome });
const failed = snapshotOf({
  ...come,
  up: false,
  failure: { reason: "timeout", message: "" },
});

test("a poll is counted once by result, and what it dropped only when it came", async () => {
  const self = selfMetrics();
  await self.polling(Promise.resolve([failed]));
  await self.polling(Promise.resolve([come]));
  const read = scraped(await self.text());
  const values = (name: string): unknown[] =>
    (read.get(name)?.samples ?? []).map(({ labels, value }) => [...Object.values(labels), value]);
  expect(values("roundsman_polls_total")).toEqual([
    ["timeout", 1],
    ["ok", 1],
  ]);
  expect(values("roundsman_series_dropped_total")).toEqual([
    ["duplicate", 2],
    ["limit", 3],
  ]);
  expect(values("roundsman_label_values_truncated_total")).toEqual([[4]]);
  const waited = read.get("roundsman_poll_wait_seconds")?.samples;
  expect(waited?.find(({ name }) => name.endsWith("_sum"))?.value).toBe(4);
  expect(values("roundsman_limit_drops_total")).toEqual([
    ["series", 3],
    ["label_length", 4],
  ]);
});

test("polls are measured phase by phase, as far as they got", async () => {
  const self = selfMetrics();
  await self.polling(Promise.resolve([come]));
  await self.polling(Promise.resolve([snapshotOf({ phases: { ...phases, dns: 1, tls: 0.5 } })]));
  const { samples = [] } = scraped(await self.text()).get("roundsman_poll_phase_seconds") ?? {};
  const of = (part: string) =>
    Object.fromEntries(
      samples
        .filter(({ name }) => name.endsWith(part))
        .map(({ labels, value }): [string, number] => [labels["phase"] ?? "", value]),
    );
  const sums = { wait: 4, dns: 1, connect: 0.5, tls: 0.5, parse: 0.25 };
  expect(of("_sum")).toEqual(sums);
  expect(of("_count")).toMatchObject({ wait: 2, dns: 1 });
});

test("what fetching is about is told as it is at the moment, if it is known", async () => {
  const self = selfMetrics();
  await self.text();
  const read = scraped(await self.text());
  const values = [...read]
    .filter(([name]) => /_(fetches|received|dns|series_exposed|config)_?/.test(name))
    .flatMap(([name, { samples }]) =>
      samples.map(({ labels, value }) => [name.slice(10), ...Object.values(labels), value]),
    );
  expect(values).toEqual([
    ["series_exposed", 12],
    ["fetches_open", 5],
    ["fetches_busy", 2],
    ["fetches_waiting", "connection", 3],
    ["fetches_waiting", "slot", 4],
    ["fetches_waiting", "turn", 1],
    ["received_bytes_total", 1000],
    ["dns_lookups_total", 9],
    ["dns_failures_total", 8],
    ["dns_names", 7],
    ["dns_names_asked", 6],
    ["config_last_reload_successful", 1],
    ["config_last_reload_success_timestamp_seconds", 7],
  ]);
  const without = new SelfMetrics({ version: "1.2.3", hosts: () => 3, skipped: () => 0 });
  expect(await without.text()).not.toMatch(/^roundsman_(fetches|dns|config|series_exposed)\S* \d/m);
});

test("what is written to receivers is told as it is at the moment, and nothing where there is none", async () => {
  const self = selfMetrics();
  await self.text();
  const read = scraped(await self.text());
  const values = [...read]
    .filter(([name]) => name.startsWith("roundsman_remote_write_"))
    .flatMap(([name, { samples }]) =>
      samples.map(({ labels, value }) => [name.slice(23), ...Object.values(labels), value]),
    );
  expect(values).toEqual([
    ["samples_sent_total", "http://p/write", 10],
    ["samples_failed_total", "http://p/write", 3],
    ["samples_dropped_total", "http://p/write", "full", 2],
    ["samples_dropped_total", "http://p/write", "expired", 0],
    ["retries_total", "http://p/write", 4],
    ["pending_bytes", "http://p/write", 5],
    ["oldest_pending_seconds", "http://p/write", 6.5],
  ]);
  const without = new SelfMetrics({ version: "1.2.3", hosts: () => 3, skipped: () => 0 });
  expect(await without.text()).not.toContain("remote_write");
});

test("a poll that is under way is counted until it settles, even if it fails", async () => {
  const self = selfMetrics();
  const running = async (): Promise<number | undefined> =>
    scraped(await self.text()).get("roundsman_polls_running")?.samples[0]?.value;
  const { promise, reject } = withReject();
  const polling = self.polling(promise);
  expect(await running()).toBe(1);
  reject(new Error("stopped"));
  await expect(polling).rejects.toThrow("stopped");
  expect(await running()).toBe(0);
});

test("what other processes count is added up, and what they are themselves stands beside it", async () => {
  const other = selfMetrics();
  await other.polling(Promise.resolve([come]));
  const vitals = { version: "1.2.3", hosts: () => 3, skipped: () => 0, restarts: () => 2 };
  const self = new SelfMetrics({
    ...vitals,
    others: async () => [numbered(await other.tell(), 1), counted(await other.tell())],
  });
  await self.polling(Promise.resolve([come]));
  const read = scraped(await self.text());
  const values = (name: string): [string | undefined, number][] =>
    (read.get(name)?.samples ?? []).map(({ labels, value }) => [labels["process"], value]);
  expect(values("roundsman_polls_total")).toEqual([[undefined, 3]]);
  expect(values("roundsman_poll_latency_seconds").at(-1)).toEqual([undefined, 3]);
  expect(values("roundsman_hosts")).toEqual([[undefined, 6]]);
  expect(values("roundsman_build_info")).toEqual([[undefined, 1]]);
  expect(values("roundsman_process_restarts_total")).toEqual([[undefined, 2]]);
  const started = values("process_start_time_seconds").map(([process]) => process);
  expect(started).toEqual(["1", undefined]);
});

test("no metric of the poller's own has the name of one of a host", async () => {
  const own = [...scraped(await selfMetrics().text()).keys()];
  const names = families.map(({ name }) => name);
  expect(own.filter((name) => names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test("the README tells of each of them", async () => {
  const readme = readFileSync(join(top, "README.md"), "utf8");
  const own = [...scraped(await selfMetrics().text()).keys()];
  const untold = own.filter((name) => !new RegExp(`\\| .*\`${name}[{\`]`).test(readme));
  expect(untold.filter((name) => name.startsWith("roundsman_"))).toEqual([]);
});

testWith(program("promtool"))(
  "promtool finds fault with names of other exporters only",
  async () => {
    const hosts = families.map(
      ({ name, help, type }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}{a="b"} 1\n`,
    );
    const input = hosts.join("") + (await selfMetrics().text());
    const args = ["check", "metrics"];
    const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
    expect([0, 3]).toContain(status);
    const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    expect(findings.filter((line) => !/^(node|windows)_/.test(line))).toEqual([]);
  },
);

function withReject(): { promise: Promise<Snapshot[]>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Snapshot[]>((_, fail) => (reject = fail));
  return { promise, reject };
}
