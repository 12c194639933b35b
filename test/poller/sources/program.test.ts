import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import { Runner } from "../../../poller/sources/runner.ts";
import { FetchError, type Source } from "../../../poller/sources/source.ts";
import { sources } from "../../../poller/sources/sources.ts";
import type { Host } from "../../../poller/targets/host.ts";
import { deriveKey, newSalt, seal } from "../../../wire/crypt.ts";
import { top } from "../../peers.ts";
import { temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";
import { agent, answering, reportOf } from "./agents.ts";
import { failureOf, outcomeOf, reportFrom } from "./outcomes.ts";

const PATIENCE = 20_000;
/** As it was built. */
const child = join(top, "dist", "poller", "sources", "runner_child.js");

const runner = new Runner({ child });
const source = sources({ concurrency: 2, maxOpen: 100 }, runner.run);
afterAll(() => runner.stop());

const running = (...program: [string, ...string[]]): Host => hostOf(0, { address: "", program });
const sh = (script: string, own: Partial<Host> = {}): Host => ({
  ...running("sh", "-c", script),
  ...own,
});

/** Whether a process is there and no zombie. */
const lives = (pid: string): boolean =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ");

test("what a program prints is the report, to the byte", async () => {
  const report = `${reportOf(300_000)}\xff\xfe\n`;
  const path = join(temporaryFolder(), "report");
  writeFileSync(path, report, "latin1");
  expect((await reportFrom(running("cat", path), source)) === report).toBe(true);
});

test("it is given its words as they are, and an empty stdin", async () => {
  const script = 'echo "<<<a>>>"; printf "%s|" "$@"; cat';
  const words = ["a b", "$HOME", "*", "", "ä"];
  const report = await reportFrom(running("sh", "-c", script, "sh", ...words), source);
  expect(Buffer.from(report, "latin1").toString()).toBe("<<<a>>>\na b|$HOME|*||ä|");
});

describe("a program that", () => {
  test.each([
    ["exits with 3", "echo '<<<a>>>'; echo no such host >&2; exit 3", "exit code 3: no such host"],
    ["complains at length", "seq 100 >&2; echo last >&2; exit 255", "exit code 255: last"],
    ["is killed", "kill -9 $$", "ended by SIGKILL"],
    ["complains in colour", "printf '\\033[31mno\\n' >&2; exit 1", "exit code 1: \ufffd[31mno"],
  ])("%s is told by its end and its last words", async (_, script, says) => {
    const { reason, message } = await failureOf(sh(script), source);
    expect([reason, message.split("): ").at(-1)]).toEqual(["program", says]);
    expect(message).toMatch(/^web1 \(sh -c /);
  });

  test("does not exist, or may not be run, is named", async () => {
    expect((await failureOf(running("/no/such", "x"), source)).message).toBe(
      "web1 (/no/such x): cannot be started: no such program",
    );
    const path = join(temporaryFolder(), "plain");
    writeFileSync(path, "#!/bin/sh\n");
    chmodSync(path, 0o644);
    expect(await failureOf(running(path), source)).toMatchObject({
      reason: "program",
      message: `web1 (${path}): cannot be started: permission denied`,
    });
  });

  test("says a secret that it was given is told without", async () => {
    const words = ["sh", "--password", "hunter2"];
    const host = running("sh", "-c", 'echo "$2 is wrong" >&2; exit 4', ...words);
    expect((await failureOf(host, source)).message).toBe(
      'web1 (sh -c echo "$2 is wrong" >&2; exit 4 sh --password <secret>): exit code 4: <secret> is wrong',
    );
  });

  test.each([
    ["prints nothing", "exit 0", "empty"],
    ["prints something else", "echo Welcome", "protocol"],
    ["floods", "echo '<<<a>>>'; yes", "too_large"],
    ["floods what nobody reads", "yes >&2", "timeout"],
  ])("%s gives no report", async (_, script, reason) => {
    expect(await outcomeOf(sh(script, { timeoutSeconds: 1.5 }), source)).toBe(reason);
  });

  test("hangs ends at the deadline, with all that it started", async () => {
    const path = join(temporaryFolder(), "pids");
    const script = `echo wait >&2; sleep 60 & echo $! $$ > ${path}; echo '<<<a>>>'; wait`;
    const began = performance.now();
    const { reason, message } = await failureOf(sh(script, { timeoutSeconds: 0.5 }), source);
    expect([reason, message.split("): ").at(-1)]).toEqual([
      "timeout",
      "still running after 0.5 s: wait",
    ]);
    expect(performance.now() - began).toBeLessThan(5000);
    const pids = readFileSync(path, "utf8").trim().split(" ");
    await vi.waitFor(() => expect(pids.filter(lives)).toEqual([]), PATIENCE);
  });

  test("ignores the first signal is killed", async () => {
    const script = "trap '' TERM; while :; do sleep 0.1; done";
    expect(await outcomeOf(sh(script, { timeoutSeconds: 0.3 }), source)).toBe("timeout");
  });
});

test("an aborted run ends its program and rejects", async () => {
  const path = join(temporaryFolder(), "pid");
  const stop = new AbortController();
  const run = source(sh(`echo $$ > ${path}; sleep 60`), stop.signal, () => undefined);
  const ended = expect(run).rejects.toThrow("abort");
  const pid = await vi.waitFor(() => {
    const text = readFileSync(path, "utf8").trim();
    expect(text).not.toBe("");
    return text;
  }, PATIENCE);
  stop.abort();
  await ended;
  expect(lives(pid)).toBe(false);
});

test("what a program prints may be encrypted, and has to be where there is a secret", async () => {
  const folder = temporaryFolder();
  const [path, file] = [join(folder, "report"), join(folder, "secret")];
  const salt = newSalt("05");
  const report = reportOf(1000);
  writeFileSync(path, seal("05", await deriveKey("05", "s3cret", salt), salt, Buffer.from(report)));
  writeFileSync(file, "s3cret", { mode: 0o600 });
  const own = { secret: { file } };
  expect(await reportFrom({ ...running("cat", path), ...own }, source)).toBe(report);
  expect(await outcomeOf(sh("echo '<<<a>>>'", own), source)).toBe("policy");
  expect(await outcomeOf(sh("printf 16"), source)).toMatch(/^(tls|protocol)$/);
});

describe("80 programs that hang", () => {
  const hosts = Array.from({ length: 80 }, (_, i) =>
    sh("sleep 60", { name: `hung${i}`, timeoutSeconds: 3 }),
  );

  test("do not delay agents that answer", async () => {
    const report = reportOf(60_000);
    const { port } = await agent(answering(report));
    let ended = 0;
    const hung = hosts.map((host) => outcomeOf(host, source).finally(() => ended++));
    await sleep(300);
    const healthy = Array.from({ length: 50 }, () => reportFrom(hostOf(port), source));
    for (const text of await Promise.all(healthy)) expect(text === report).toBe(true);
    expect(ended).toBe(0);
    expect(new Set(await Promise.all(hung))).toEqual(new Set(["timeout"]));
  });

  test("delay no other programs either, once they are known", async () => {
    const stops = hosts.map(() => new AbortController());
    const hung = hosts.map((host, i) => source(host, stops[i]!.signal, () => undefined));
    const ended = vi.fn();
    for (const one of hung) one.catch(ended);
    const healthy = Array.from({ length: 20 }, (_, i) =>
      reportFrom(sh("echo '<<<a>>>'", { name: `web${i}` }), source),
    );
    expect(new Set(await Promise.all(healthy))).toEqual(new Set(["<<<a>>>\n"]));
    expect(ended).not.toHaveBeenCalled();
    for (const stop of stops) stop.abort();
    expect((await Promise.allSettled(hung)).map(({ status }) => status)).not.toContain("fulfilled");
  });
});

describe("the runner", () => {
  const own = (path = child): { runner: Runner; source: Source } => {
    const another = new Runner({ child: path });
    return { runner: another, source: sources({ concurrency: 2, maxOpen: 2 }, another.run) };
  };
  const parentOf = async (from: Source): Promise<number> =>
    Number((await reportFrom(sh("echo '<<<a>>>'; echo $PPID"), from)).split("\n")[1]);

  test("is one small process for all programs, and no child of the poller's is needed else", async () => {
    const [one, other] = [await parentOf(source), await parentOf(source)];
    expect(one).toBe(other);
    expect(one).not.toBe(process.pid);
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    expect(Number(/VmRSS:\s*(\d+)/.exec(status)?.[1])).toBeLessThan(120_000);
  });

  test("that dies fails what it ran, and is started again after a pause", async () => {
    const { runner: mine, source: from } = own();
    const pid = await parentOf(from);
    const path = join(temporaryFolder(), "pid");
    const hanging = failureOf(sh(`echo $$ > ${path}; sleep 60`), from);
    await vi.waitFor(() => expect(readFileSync(path, "utf8")).not.toBe(""), PATIENCE);
    process.kill(pid, "SIGKILL");
    const { reason, message } = await hanging;
    expect([reason, message]).toEqual([
      "program",
      expect.stringContaining("its runner died (SIGKILL)"),
    ]);
    expect((await failureOf(sh("echo"), from)).message).toContain("the next starts in 1 s");
    await vi.waitFor(async () => expect(await parentOf(from)).not.toBe(pid), PATIENCE);
    await mine.stop();
  });

  test("that hangs is ended, and what waited for it fails", async () => {
    const { runner: mine, source: from } = own();
    const pid = await parentOf(from);
    process.kill(pid, "SIGSTOP");
    const began = performance.now();
    const failed = await failureOf(sh("echo '<<<a>>>'", { timeoutSeconds: 0.1 }), from);
    expect(failed.message).toContain("its runner died");
    expect(performance.now() - began).toBeLessThan(20_000);
    await mine.stop();
  });

  test("that cannot be started is named, and not tried again at once", async () => {
    const { source: from } = own("/no/runner.js");
    const first = await failureOf(sh("echo"), from);
    expect([first.reason, first.message]).toEqual([
      "program",
      expect.stringContaining("its runner cannot be started: exit code 1: Error: Cannot find"),
    ]);
    expect((await failureOf(sh("echo"), from)).message).toContain("the next starts in 1 s");
  });

  test("ends with all that it runs when it is stopped", async () => {
    const { runner: mine, source: from } = own();
    const pid = await parentOf(from);
    const path = join(temporaryFolder(), "pid");
    const hanging = outcomeOf(sh(`echo $$ > ${path}; sleep 60`), from);
    await vi.waitFor(() => expect(readFileSync(path, "utf8")).not.toBe(""), PATIENCE);
    await mine.stop();
    expect(await hanging).toBe("program");
    await vi.waitFor(() => {
      expect(lives(String(pid))).toBe(false);
      expect(lives(readFileSync(path, "utf8").trim())).toBe(false);
    }, PATIENCE);
    await expect(reportFrom(sh("echo"), from)).rejects.toThrow(FetchError);
  });
});
